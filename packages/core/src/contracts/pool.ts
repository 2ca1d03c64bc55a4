import type { Signals } from "./signals.js";

/** Holds the B candidates of one step; arrays are borrowed by whoever receives the pool. */
export interface Pool {
  /** Index of each candidate in the dataset, [B]. */
  readonly ids: Uint32Array;
  /** Augmentation of each candidate, [B]. */
  readonly keys: Uint32Array;
  /** Sample and class weight × weight of the first stage, [B]. */
  readonly weights: Float32Array;
  /** Class of each candidate, [B], where the dataset knows it. */
  readonly labels?: Int32Array;
  readonly signals: Signals;
  /** Score of each candidate, [B], where a scorer ran: finite and ≥ 0. */
  readonly scores?: Float32Array;
  /** Updates that the parameters had seen when they scored. */
  readonly scoredAt: number;
}
