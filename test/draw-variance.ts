import { createRandom, setUpPart, type Pool, type Sizes } from "@unequal/core";
import { toyProgress } from "@unequal/core/testing";
import { proportional } from "@unequal/samplers";

/** Draws that `proportional` offers. */
export type Draw = "systematic" | "multinomial";

/** A distribution of scores, with E s and E s². */
export interface ScoreLaw {
  readonly name: string;
  readonly draw: (uniform: () => number) => number;
  readonly mean: number;
  readonly square: number;
}

/** Scores s = u^k: bounded, the more uneven the larger k; τ of a large pool is (k + 1)² / (2k + 1). */
export function power(k: number): ScoreLaw {
  const moments = { mean: 1 / (k + 1), square: 1 / (2 * k + 1) };
  return { name: `u^${k}`, draw: (uniform) => uniform() ** k, ...moments };
}

/** One score in ten is 1, the others 0.02. */
export const sparse: ScoreLaw = {
  name: "sparse",
  draw: (uniform) => (uniform() < 0.1 ? 1 : 0.02),
  mean: 0.1 + 0.9 * 0.02,
  square: 0.1 + 0.9 * 0.02 ** 2,
};

/** Makes a pool of fresh scores. */
export function poolOf(scores: Float32Array): Pool {
  const size = scores.length;
  return {
    ids: Uint32Array.from(scores.keys()),
    keys: new Uint32Array(size),
    weights: new Float32Array(size).fill(1),
    signals: {},
    scores,
    scoredAt: 0,
  };
}

/** A mean and its standard error. */
export interface Simulated {
  readonly mean: number;
  readonly error: number;
}

/** Estimates E v with a control c of known mean: v̄ − β (c̄ − E c), β = Cov(v, c) / Var(c). */
function controlled(pairs: readonly (readonly [number, number])[], known: number): Simulated {
  const mean = (of: (pair: readonly [number, number]) => number): number =>
    pairs.reduce((sum, pair) => sum + of(pair), 0) / pairs.length;
  const [v, c] = [mean(([value]) => value), mean(([, control]) => control)];
  const variance = mean(([, control]) => (control - c) ** 2);
  const beta = mean(([value, control]) => (value - v) * (control - c)) / variance;
  const rest = mean(([value, control]) => (value - v - beta * (control - c)) ** 2);
  return { mean: v - beta * (c - known), error: Math.sqrt(rest / (pairs.length - 2)) };
}

/**
 * Simulates the variance of the mean gradient of importance steps from fresh pools over that of uniform batches of b,
 * for gradients of length s in independent directions of mean 0: E Σ(c s)² of the rows' coefficients c, over E s²/b.
 * The square of the pool's mean score, which varies much and has a known mean, is the control.
 */
export function varianceRatio(
  law: ScoreLaw,
  { draw, ...sizes }: Sizes & { readonly draw: Draw },
  { batchSize, repeats }: { readonly batchSize: number; readonly repeats: number },
): Simulated {
  const random = createRandom(`${law.name} ${draw} ${sizes.candidates} ${sizes.count}`);
  const sampler = setUpPart("sampler", proportional({ draw }), { random });
  const pairs = Array.from({ length: repeats }, () => {
    const scores = Float32Array.from({ length: sizes.candidates }, () => law.draw(random.uniform));
    const selection = sampler.select(poolOf(scores), sizes.count, toyProgress(0));
    const terms = new Float64Array(sizes.candidates);
    selection.rows.forEach((row, at) => {
      const coefficient = 1 / (selection.population * (selection.expected?.[at] as number));
      terms[row] = (terms[row] as number) + coefficient * (scores[row] as number);
    });
    const value = terms.reduce((total, term) => total + term ** 2, 0);
    const average = scores.reduce((total, s) => total + s, 0) / sizes.candidates;
    return [(value * batchSize) / law.square, average ** 2] as const;
  });
  const spread = (law.square - law.mean ** 2) / sizes.candidates;
  return controlled(pairs, law.mean ** 2 + spread);
}
