import type * as tf from "@tensorflow/tfjs";
import { validateOptions } from "@unequal/core";
import type { ColumnsInput } from "@unequal/datasets";
import { z } from "zod";
import type { Callbacks } from "./callback-list.js";

/** Options that `fit` and `fitDataset` share; names and meanings are those of `tf.LayersModel.fit`. */
export interface SharedFitOptions {
  /** Rows trained on in one update, b; default 32, at most N. */
  readonly batchSize?: number;
  /** Number of the last epoch; default 1. */
  readonly epochs?: number;
  /** Number of the first epoch, to count on from an earlier fit; default 0. */
  readonly initialEpoch?: number;
  /** Updates of one epoch; default ⌈N / b⌉. */
  readonly stepsPerEpoch?: number;
  /** Weight of each class, part of its examples' loss. */
  readonly classWeight?: Readonly<Record<number, number>>;
  /** A tf.Callback, an object with `onEpochEnd` and the like, or several. */
  readonly callbacks?: Callbacks;
  /** 1 prints a line for each epoch (default), 0 nothing. */
  readonly verbose?: 0 | 1;
}

/** Options of `fit`. */
export interface FitOptions extends SharedFitOptions {
  /** Share of the examples, the last ones, that are set aside to validate on. */
  readonly validationSplit?: number;
  /** `[x, y]` or `[x, y, sampleWeight]` to validate on. */
  readonly validationData?: readonly [ColumnsInput, ColumnsInput, tf.Tensor?];
  /** Weight of each example, [N], part of its loss. */
  readonly sampleWeight?: ColumnsInput;
  /** Deal the examples in a new random order in every pass; default true. */
  readonly shuffle?: boolean;
}

/** Options of `fitDataset`. */
export interface FitDatasetOptions extends SharedFitOptions {
  /** A stream like the training one to validate on. */
  readonly validationData?: unknown;
  readonly shuffle?: boolean;
}

const shared = {
  batchSize: z.int().positive().default(32),
  epochs: z.int().positive().default(1),
  initialEpoch: z.int().nonnegative().default(0),
  stepsPerEpoch: z.int().positive().optional(),
  classWeight: z.record(z.string(), z.number().nonnegative()).optional(),
  callbacks: z.unknown().optional(),
  verbose: z.union([z.literal(0), z.literal(1)]).default(1),
  validationData: z.unknown().optional(),
  shuffle: z.boolean().default(true),
};

const fitSchema = z.strictObject({
  ...shared,
  validationSplit: z.number().gt(0).lt(1).optional(),
  sampleWeight: z.unknown().optional(),
});

/** Options that are always there once checked. */
export interface CheckedFit {
  readonly batchSize: number;
  readonly epochs: number;
  readonly initialEpoch: number;
  readonly verbose: 0 | 1;
  readonly shuffle: boolean;
}

/** Checks the options of `fit` and fills in defaults. @throws OPTION_INVALID with the nearest known name */
export function checkFitOptions(options: FitOptions): CheckedFit & FitOptions {
  return validateOptions("fit", fitSchema, options) as CheckedFit & FitOptions;
}

/** Checks the options of `fitDataset` and fills in defaults. @throws OPTION_INVALID with the nearest known name */
export function checkFitDatasetOptions(options: FitDatasetOptions): CheckedFit & FitDatasetOptions {
  return validateOptions("fitDataset", z.strictObject(shared), options) as CheckedFit &
    FitDatasetOptions;
}
