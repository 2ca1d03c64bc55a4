import type { DrawnBatch } from "./draw-batch.js";

/**
 * Computes what the pass multiplies each row's loss with, beyond the example's own sample and class weight, [rows]: its
 * coefficient times the first stage's weight. Under an unbiased weighting E[Σ of an example's] = 1/N. Groups, whose loss no
 * weight of their members enters, have their coefficients, [G].
 */
export function effectiveCoefficients({
  drawn,
  weights,
}: Pick<DrawnBatch, "drawn" | "weights">): Float32Array {
  const { coefficients, groups } = drawn;
  if (weights === undefined || groups !== undefined) return coefficients;
  return coefficients.map((coefficient, row) => coefficient * (weights[row] as number));
}
