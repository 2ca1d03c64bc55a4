import type { Batch, Learner, StepResult, WeightedRows } from "./learner.js";
import type { DatasetFacts } from "./sampler.js";
import type { Progress } from "./progress.js";
import type { Random } from "./random.js";
import type { Signal } from "./signals.js";
import type { StatefulOnEngine } from "./state.js";

/** The dataset as an estimator may walk over it, without augmentation. */
export interface Reference {
  /** N. */
  readonly size: number;
  /** Visits the examples named, or all of them, in uploaded batches with their ids; each batch is disposed by the walker. */
  readonly walk: (
    visit: (batch: Batch, ids: Uint32Array) => Promise<void>,
    ids?: Uint32Array,
  ) => Promise<void>;
}

/** Hands an estimator everything that one update may use. */
export interface EstimatorStep extends WeightedRows {
  readonly learner: Learner;
  /** Ids of the rows, [rows]. */
  readonly ids: Uint32Array;
  /** Where the sampler draws pairs or triplets: places in `rows` of each group's members, [G · arity]; `coefficients` are then the groups', [G]. */
  readonly groups?: Int32Array;
  readonly progress: Progress;
  /** φ: what the learning rate is multiplied with for this step, by an estimator that says `scalesRate`; else 1. */
  readonly rate: number;
  /** Seed of this step's dropout and noise layers. */
  readonly noise: number;
  readonly random: Random;
  /** Signals of the rows that the step should return. */
  readonly signals: readonly Signal[];
  readonly reference: Reference;
}

/** Answers which direction to step in. */
export interface Estimator extends StatefulOnEngine {
  /** Rows that its loss is of: 1 single examples, 2 pairs, 3 triplets. */
  readonly arity: 1 | 2 | 3;
  /** True if it makes its update before it first waits, so that what is asked of the learner meanwhile has the new parameters. */
  readonly immediate: boolean;
  /** True if its variance is that of the batch it is given, so that a quieter batch bears a longer step, and it hands `rate` to the learner. */
  readonly scalesRate: boolean;
  /** Checks, before the first step, that model and dataset suit it. @throws ESTIMATOR_UNSUPPORTED */
  readonly bind?: (learner: Learner, facts: DatasetFacts) => void;
  readonly step: (step: EstimatorStep) => Promise<StepResult>;
  readonly dispose: () => void;
}
