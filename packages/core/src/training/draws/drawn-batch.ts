import type { ReportedGain } from "../../contracts/events.js";
import type { DrawnRows } from "./draw-rows.js";

/** The examples that a step trains on, and how they came to be drawn: plain data, which can wait for its step. */
export interface DrawnBatch {
  readonly ids: Uint32Array;
  readonly keys: Uint32Array;
  /** Where a first stage proposed them, its weight of each, [rows]. */
  readonly weights?: Float32Array;
  readonly labels?: Int32Array;
  readonly drawn: DrawnRows;
  /** Updates that the parameters had seen when they scored; absent where no score mattered. */
  readonly scoredAt?: number;
  /** What the pool's scores said of the gain. */
  readonly estimate?: ReportedGain;
}

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
