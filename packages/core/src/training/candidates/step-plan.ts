import type { Progress } from "../../contracts/progress.js";
import type { Sizes } from "../../contracts/scheduler.js";
import type { Candidates, ScoringRequest } from "../../contracts/scoring.js";

/** What a step wants candidates for. */
export interface StepPlan {
  readonly importance: boolean;
  /** Of an importance step, were this one: what a uniform step estimates the gain for. */
  readonly sizes: Sizes;
  readonly progress: Progress;
  /** φ: what the learning rate is multiplied with. */
  readonly rate: number;
}

/** Candidates that are to be had: which they are, and what for. */
export interface PlannedCandidates extends Omit<ScoringRequest, "scoredAt"> {
  readonly importance: boolean;
  readonly sizes: Sizes;
  /** Whether a first stage proposed them, with `weights`; else the dataset's order deals them. */
  readonly proposed: boolean;
}

/** Candidates, and where a first stage proposed them, its weight of each, [B]. */
export interface Loaded extends Candidates {
  readonly proposed?: Float32Array;
}
