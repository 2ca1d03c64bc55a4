import type { Batch, Learner, StepResult, WeightedRows } from "./learner.js";
import type { Progress } from "./progress.js";
import type { Random } from "./random.js";
import type { Signal } from "./signals.js";
import type { StatefulOnEngine } from "./state.js";

/** Walks over the whole reference set in uploaded batches; each batch is disposed by the walker. */
export type ReferenceWalk = (
  visit: (batch: Batch, total: number) => Promise<void>,
) => Promise<void>;

/** Hands an estimator everything that one update may use. */
export interface EstimatorStep extends WeightedRows {
  readonly learner: Learner;
  /** Ids of the rows, [rows]. */
  readonly ids: Uint32Array;
  readonly progress: Progress;
  /** Seed of this step's dropout and noise layers. */
  readonly noise: number;
  readonly random: Random;
  /** Signals of the rows that the step should return. */
  readonly signals: readonly Signal[];
  readonly reference: ReferenceWalk;
}

/** Answers which direction to step in. */
export interface Estimator extends StatefulOnEngine {
  /** Checks, before the first step, that the model suits it. @throws ESTIMATOR_UNSUPPORTED */
  readonly bind?: (learner: Learner) => void;
  readonly step: (step: EstimatorStep) => Promise<StepResult>;
  readonly dispose: () => void;
}
