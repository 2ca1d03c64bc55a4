import type { StepResult } from "../../contracts/learner.js";
import type { Candidates, Rows } from "../../contracts/scoring.js";
import type { DrawnBatch } from "../draws/draw-rows.js";

/** The batch of a step with its candidates, to be disposed after the step. */
export interface ReadyBatch {
  readonly batch: DrawnBatch;
  readonly candidates: Candidates;
  /** Rows of the candidates that the batch is made of. */
  readonly rows: Int32Array;
  /** Candidates loaded for it. */
  readonly seen: number;
}

/** The same, and its rows on the engine. */
export interface LoadedBatch {
  readonly ready: ReadyBatch;
  readonly loaded: Rows;
}

/** The same, or what is left of it where rows were left out, and what the update on it found. */
export interface UpdatedBatch extends LoadedBatch {
  readonly result: StepResult;
}
