import type { Batch } from "./learner.js";
import type { Pool } from "./pool.js";
import type { Signal } from "./signals.js";
import type { Remembering } from "./state.js";

/** What a step spent its time on, in milliseconds. */
export interface StepDurations {
  readonly load: number;
  readonly score: number;
  readonly train: number;
  /** What a replica spent, during other steps, on the scores that this one drew by; absent where none did. */
  readonly background?: number;
}

/** Asks for candidates to be loaded and their signals computed. */
export interface ScoringRequest {
  readonly ids: Uint32Array;
  readonly keys: Uint32Array;
  /** Weight of each candidate from a first stage, [B]; absent means 1. */
  readonly weights?: Float32Array;
  /** Signals to compute; none for a uniform step. */
  readonly signals: readonly Signal[];
  /** Updates that the parameters have seen which are to score. */
  readonly scoredAt: number;
}

/** Examples on the engine, and which of them are meant. */
export interface Rows {
  readonly batch: Batch;
  /** Rows of `batch`. */
  readonly rows: Int32Array;
}

/** Holds candidates: what is known of them, and the examples, of which the engine may hold all, some or none yet. */
export interface Candidates {
  readonly pool: Pool;
  /** Brings rows of the pool, possibly none, onto the engine, where they are not there yet. What it returns is freed by `dispose`. */
  readonly load: (rows: Int32Array) => Promise<Rows>;
  readonly dispose: () => void;
  /** Milliseconds that the host spent on loading and uploading, and on signals or on waiting for a replica's, which spent `background`. */
  readonly durations: Omit<StepDurations, "train">;
}

/** Answers where scores are computed. */
export interface Scoring extends Remembering {
  readonly submit: (request: ScoringRequest) => Promise<Candidates>;
  readonly dispose: () => Promise<void>;
}
