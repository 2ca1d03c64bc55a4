import type { Progress } from "./progress.js";
import type { Selection } from "./selection.js";
import type { Remembering } from "./state.js";

/**
 * Answers how much each drawn row counts.
 *
 * The unbiased law: weight = planned / (population · expected), coefficient = weight / planned.
 */
export interface Weighting extends Remembering {
  /**
   * Returns the coefficient of each drawn row, [rows]: the step minimises Σ coefficient · loss.
   * `scores` are those of the drawn rows, where a scorer ran.
   * @throws WEIGHTING_NEEDS_EXPECTATION if it divides by expectations and the selection has none
   */
  readonly coefficients: (
    selection: Selection,
    scores: Float32Array | undefined,
    progress: Progress,
  ) => Float64Array;
}
