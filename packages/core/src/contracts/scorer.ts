import type { Pool } from "./pool.js";
import type { Signal } from "./signals.js";
import type { Remembering } from "./state.js";

/** Answers how much each candidate is worth; sees the pool only. */
export interface Scorer extends Remembering {
  /** Signals that must be in `pool.signals`. */
  readonly requires: readonly Signal[];
  /** Scores every candidate: [B], ≥ 0, owned by the caller. */
  readonly score: (pool: Pool) => Float32Array;
}
