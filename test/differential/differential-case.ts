import type * as tf from "@tensorflow/tfjs";
import type { ImportanceTrainingOptions } from "unequal";
import type { Columns } from "./columns.js";
import type { IntendedDifference } from "./intended.js";

/** What a fit records, in both libraries. */
export interface Recorded {
  readonly epoch: readonly number[];
  readonly history: Readonly<Record<string, readonly number[]>>;
}

/** Options that mean the same in both; what one of them does not know it is given all the same. */
export type FitOptions = Readonly<Record<string, unknown>>;

/** A model in training, by TensorFlow.js or by us. */
export interface Trainee {
  readonly ours: boolean;
  readonly model: tf.LayersModel;
  readonly fit: (x: unknown, y: unknown, options: FitOptions) => Promise<Recorded>;
  readonly fitDataset: (stream: unknown, options: FitOptions) => Promise<Recorded>;
}

/** Something done to a trainee: a fit, or a change between two. */
export type Step = (trainee: Trainee) => Promise<Recorded> | undefined;

/** Inputs and targets. */
export interface Data {
  readonly x: Columns;
  readonly y: Columns;
}

/** One program, which must come to the same numbers in both libraries. */
export interface DifferentialCase {
  readonly name: string;
  /** Builds and compiles the model, the same at each call. */
  readonly model: () => tf.LayersModel;
  /** In turn, each from where the one before ended. */
  readonly steps: readonly Step[];
  /** Options of `ImportanceTraining` other than uniform sampling. */
  readonly options?: ImportanceTrainingOptions;
  /** Columns that differ on purpose, each with the difference that explains it. */
  readonly differing?: Readonly<Record<string, IntendedDifference>>;
}
