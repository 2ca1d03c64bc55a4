import type { GainTerms } from "@unequal/core";

/** Advises on B and b, for the τ, V and times that a run saw. */
export interface SizeAdvice {
  /** B that saves the most variance for its time at the present b, not rounded. */
  readonly presample: number;
  /** Variance of uniform over importance sampling at equal time, with that B; importance sampling pays above 1. */
  readonly net: number;
  /** Least τ/V at which any B pays, r / (√r − 1)²; infinite where r ≤ 1. */
  readonly breakEven: number;
  /** b that leaves importance sampling, with the present B, as noisy as uniform batches of the present b. */
  readonly batchSize: number;
}

/**
 * Maximises gain(B) · r / (r + B/b), gain = 1/(V/τ + b/B), r = step(b) / score(b), which has its maximum at
 * B = b √(r τ/V). V is held at its present value, though for systematic draws it grows a little with B.
 * The smaller b takes V = 1: 1/b' = τ (1/b − 1/B).
 *
 * @see docs/methods.md of this project for gain; the optimum follows by differentiation
 */
export function adviseSizes(
  estimate: GainTerms,
  sizes: { readonly batchSize: number; readonly presample: number },
  stepOverScore: number,
): SizeAdvice {
  const { batchSize: b, presample: B } = sizes;
  const r = stepOverScore;
  const inverse = estimate.dispersion / estimate.tau;
  const x = Math.max(1, Math.sqrt(r / inverse));
  return {
    presample: b * x,
    net: (1 / (inverse + 1 / x)) * (r / (r + x)),
    breakEven: r > 1 ? r / (Math.sqrt(r) - 1) ** 2 : Infinity,
    batchSize: Math.min(b, 1 / (estimate.tau * (1 / b - 1 / B))),
  };
}
