import type { Batch } from "./learner.js";
import type { Pool } from "./pool.js";
import type { Signal } from "./signals.js";

/** Asks for candidates to be loaded and their signals computed. */
export interface ScoringRequest {
  readonly ids: Uint32Array;
  readonly keys: Uint32Array;
  /** Weight of each candidate from a first stage, [B]; absent means 1. */
  readonly weights?: Float32Array;
  /** Signals to compute; none for a uniform step. */
  readonly signals: readonly Signal[];
  /** Number of updates that the parameters have seen. */
  readonly version: number;
}

/** Holds loaded candidates: what is known of them, and the examples on the engine, disposed by the caller. */
export interface Candidates {
  readonly pool: Pool;
  readonly batch: Batch;
  /** Milliseconds spent on loading and uploading, and on signals. */
  readonly durations: { readonly load: number; readonly score: number };
}

/** Answers where scores are computed. */
export interface Scoring {
  readonly submit: (request: ScoringRequest) => Promise<Candidates>;
  readonly dispose: () => Promise<void>;
}
