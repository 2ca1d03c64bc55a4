import type { Pool } from "./pool.js";
import type { Progress } from "./progress.js";
import type { DrawLaw, Selection } from "./selection.js";
import type { Signal, Signals } from "./signals.js";
import type { Stateful } from "./state.js";

/** States what a sampler may know of the dataset before the first step. */
export interface DatasetFacts {
  readonly size: number;
  readonly labels?: Int32Array;
}

/** Reports what a training step found out about the rows that it trained on. */
export interface Observation {
  readonly ids: Uint32Array;
  readonly signals: Signals;
  /** First-stage weight of each row, [rows], where `propose` drew them: losses and norms are multiplied by it. */
  readonly weights?: Float32Array;
  /** Number of updates that the parameters had seen. */
  readonly version: number;
}

/** Answers which candidates to train on, and how often in expectation. */
export interface Sampler extends Stateful {
  /** True if `select` reads `pool.scores`: a scorer must then be given. */
  readonly scored: boolean;
  /** Signals of the trained rows that `observe` wants. */
  readonly requires?: readonly Signal[];
  /** Learns the facts of the dataset, once, before the first step. */
  readonly bind?: (facts: DatasetFacts) => void;
  /** First stage: names `count` ids of the dataset itself (`rows` are ids, `population` N). Without it candidates come in the dataset's shuffled order. */
  readonly propose?: (count: number, progress: Progress) => Selection;
  /** States the law that `select` would draw by; changes nothing. */
  readonly law?: (pool: Pool, count: number) => DrawLaw;
  /** Draws `count` rows of the pool. */
  readonly select: (pool: Pool, count: number, progress: Progress) => Selection;
  /** Learns from the rows trained on. */
  readonly observe?: (observation: Observation) => void;
}
