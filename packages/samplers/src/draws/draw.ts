import type { Random } from "@unequal/core";

/** Draws rows by given shares, and knows how often it expects to draw each, and with what variance. */
export interface Draw {
  /**
   * Says how often each row is drawn on average, E[times drawn], [B]: `count` · p_i / Σp, or no more than once where
   * a row is never drawn twice. `count` may be a fraction.
   * @param shares p, [B], ≥ 0, not all 0; rows with a share of 0 are never drawn
   */
  readonly expect: (shares: Float64Array, count: number) => Float64Array;
  /** Var[times drawn] of a row as a function of its expectation e. */
  readonly variance: (expected: number) => number;
  /** Draws rows by expectations that sum to a whole number, as `expect` gives them for a whole `count`. */
  readonly draw: (expected: Float64Array, random: Random) => Int32Array;
}
