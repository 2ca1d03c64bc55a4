import type { HostBatch } from "./arrays.js";
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

/** Holds some examples of the dataset itself, as {@link Sampler.prepare} reads them. */
export interface Examples {
  readonly ids: Uint32Array;
  readonly batch: HostBatch;
}

/** Reports what a training step found out about the rows that it trained on, or a refresh about those asked for. */
export interface Observation {
  readonly ids: Uint32Array;
  /** As of an example drawn without a first stage: its weight is not in them. */
  readonly signals: Signals;
  /** Class of each row, [rows], where the dataset knows it. */
  readonly labels?: Int32Array;
  /** True where `propose` named the rows; absent where they stand for the dataset. */
  readonly proposed?: true;
  /**
   * What each row's loss was multiplied with, [rows], the weight of a first stage included; absent for refreshed ones and for
   * groups. Under an unbiased weighting Σ coefficient · f(row) estimates the mean of f over the dataset, for any f.
   */
  readonly coefficients?: Float32Array;
  /** Updates that the parameters had seen which found the signals. */
  readonly scoredAt: number;
}

/** Answers which candidates to train on, and how often in expectation. */
export interface Sampler extends Stateful {
  /** True if `select` reads `pool.scores`: a scorer must then be given. */
  readonly scored: boolean;
  /** True if it has `propose`: it names the candidates itself. */
  readonly proposes: boolean;
  /** Rows that it draws together: 1 single examples, 2 pairs, 3 triplets. An estimator of that arity must be given. */
  readonly arity: 1 | 2 | 3;
  /** Signals of the candidates that `select` reads, computed in inference mode for every pool. */
  readonly reads: readonly Signal[];
  /** Signals that `observe` wants: of trained rows those that are free, of refreshed ones all. */
  readonly requires: readonly Signal[];
  /** Learns the facts of the dataset, once, before the first step. */
  readonly bind?: (facts: DatasetFacts) => void;
  /** Reads the examples themselves, all of them once, before the first step: for importances that follow from the data. */
  readonly prepare?: (examples: AsyncIterable<Examples>) => Promise<void>;
  /** Names ids whose signals are to be computed anew, in inference mode, and told to `observe` before candidates of a coming importance step are planned, so before `propose`; undefined for none. */
  readonly refresh?: (progress: Progress) => Uint32Array | undefined;
  /** First stage: names `count` ids of the dataset itself (`rows` are ids, `population` N). Without it candidates come in the dataset's shuffled order. */
  readonly propose?: (count: number, progress: Progress) => Selection;
  /** States the law that `select` would draw by; changes nothing. `count` may be a fraction: the share of a group of candidates in b. */
  readonly law?: (pool: Pool, count: number, progress: Progress) => DrawLaw;
  /** Draws `count` rows of the pool, or groups of `arity` rows: possibly none, which skips the update. */
  readonly select: (pool: Pool, count: number, progress: Progress) => Selection;
  /** Learns from the rows trained on. */
  readonly observe?: (observation: Observation) => void;
}
