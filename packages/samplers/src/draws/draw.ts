import type { Random } from "@unequal/core";

/** Draws rows with given probabilities, and knows the variance of doing so. */
export interface Draw {
  /** Var[times drawn] of a row as a function of its expectation e = b p. */
  readonly variance: (expected: number) => number;
  /**
   * Draws `count` rows, possibly repeated: E[times row i is drawn] = count · p_i / Σp.
   * @param probabilities p, [B], ≥ 0, not all 0; rows of probability 0 are never drawn
   */
  readonly draw: (probabilities: Float64Array, count: number, random: Random) => Int32Array;
}
