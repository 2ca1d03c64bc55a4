/** Roots of second moments of the gradient estimate of one example, under three proposals. */
export interface SecondMoments {
  /** q ∝ ‖g‖: the least there can be. */
  readonly ideal: number;
  /** q ∝ ω̃, the proposal that is drawn from. */
  readonly stale: number;
  readonly uniform: number;
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/**
 * Computes √Tr Σ(q) but for ‖μ‖², the squared norm of the mean gradient, from norms ‖g_n‖ and weights ω̃_n of
 * a sample of examples:
 *
 * Tr Σ(q) + ‖μ‖² = (1/N Σ ω̃_n)(1/N Σ ‖g_n‖²/ω̃_n), q ∝ ω̃; ω̃ = ‖g‖ gives the ideal, ω̃ = 1 the uniform one.
 *
 * ‖μ‖² is one and the same for all three, and norms alone do not tell it (the authors subtract a bound, from the norms of
 * mini-batch gradients): these are upper bounds of the roots, in their true order, and differences of their squares
 * are exact. Weights that are all 0 stand for a uniform proposal; infinite if one is 0 where a norm is not.
 *
 * @see Alain et al. 2015, Variance reduction in SGD by distributed importance sampling, corollary 1
 */
export function secondMoments(norms: Float64Array, weights: Float64Array): SecondMoments {
  const uniform = mean(norms.map((norm) => norm ** 2));
  const ratios = norms.map((norm, at) => (norm === 0 ? 0 : norm ** 2 / (weights[at] as number)));
  const drawn = weights.some((weight) => weight > 0);
  return {
    ideal: mean(norms),
    stale: Math.sqrt(drawn ? mean(weights) * mean(ratios) : uniform),
    uniform: Math.sqrt(uniform),
  };
}
