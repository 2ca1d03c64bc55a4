import type * as tf from "@tensorflow/tfjs";
import type { Stateful, Trainer } from "@unequal/core";
import type { ImportanceTrainingOptions } from "../options/training-options.js";
import type { CallbackList } from "./callback-list.js";
import type { EpochColumns } from "./epoch-columns.js";
import type { FitData } from "./fit-data.js";
import type { Checked } from "./fit-options.js";
import type { MetricLogs } from "./metric-logs.js";

/** The record of a fit, in the form of TensorFlow.js's History. */
export interface ImportanceHistory {
  /** Numbers of the epochs. */
  readonly epoch: number[];
  /**
   * Columns by name, a value for each epoch. `loss` and metrics: means over the epoch's updates of
   * importance-weighted, so unbiased, estimates, regularisers left out; `val_…`: unweighted means over the
   * validation data. Where the sampler draws by score: `tau` = B Σp², how many times larger a uniform batch
   * would have to be; `importance_share`, the share of the updates made by importance sampling;
   * `effective_sample_size` = 1/Σp², on uniform updates B / tau; `rate`, what the learning rate was multiplied
   * with, 1 on uniform updates.
   */
  readonly history: Record<string, number[]>;
  /** What the callbacks were told: epochs, samples, batchSize, metrics and the like. */
  readonly params: Readonly<Record<string, unknown>>;
}

/** What a fit works with. */
export interface Fit extends FitData {
  readonly model: tf.LayersModel;
  readonly trainer: Trainer;
  readonly options: Checked & { readonly batchSize: number };
  /** Which fit of its ImportanceTraining it is, as a checkpoint has it. */
  readonly count: Stateful;
  /** What its ImportanceTraining was given. */
  readonly training: ImportanceTrainingOptions;
}

/** How far a fit is, and what goes along with it. */
export interface FitCourse {
  readonly callbacks: CallbackList;
  readonly columns: EpochColumns;
  readonly metrics: MetricLogs;
  readonly record: ImportanceHistory;
  /** The epoch at hand, and how many of its updates are made; `ended`: a callback ended the fit. */
  readonly at: { epoch: number; batch: number; ended: boolean };
}
