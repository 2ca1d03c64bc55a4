import { kindOfObject, UnequalError, validateOptions } from "@unequal/core";
import type { ColumnInput, ColumnsInput, TensorDataset } from "@unequal/datasets";
import { z } from "zod";
import type { Callbacks } from "./callback-list.js";

/** Weight of each class, by class; absent classes weigh 1. */
export type ClassWeight = Readonly<Record<number, number>>;

/** Data to validate on: `[x, y]` or `[x, y, sampleWeight]`. */
export type ValidationData =
  readonly [ColumnsInput, ColumnsInput] | readonly [ColumnsInput, ColumnsInput, ColumnInput];

/** A stream of rows: a `tf.data.Dataset`, or an iterable of `{ xs, ys }` or `[x, y]`. */
export type RowStream = TensorDataset | AsyncIterable<unknown> | Iterable<unknown>;

/**
 * When other work of the program may run: `auto` every 125 ms, after every `batch` or `epoch`, `never`, or
 * after so many milliseconds. `onYield` is called then.
 */
export type YieldEvery = "auto" | "batch" | "epoch" | "never" | number;

/** Options that `fit` and `fitDataset` share; names and meanings are those of `tf.LayersModel.fit`. */
export interface SharedFitOptions {
  /** Rows trained on in one update, b; default those of the stream's batches, else 32; at most N. */
  readonly batchSize?: number;
  /** Number of the last epoch; default 1; 0 trains nothing. */
  readonly epochs?: number;
  /** Number of the first epoch, to count on from an earlier fit; default 0. */
  readonly initialEpoch?: number;
  /** Updates of one epoch; default ⌈N / b⌉. */
  readonly stepsPerEpoch?: number;
  /**
   * Weight of each class, part of its examples' training loss; also `[weights]` or `{ output: weights }`, and of several
   * outputs a list. Where an example has classes at each of its positions, such as pixels, every position is weighed.
   */
  readonly classWeight?:
    | ClassWeight
    | readonly (ClassWeight | null)[]
    | Readonly<Record<string, ClassWeight | null>>
    | readonly number[];
  /** A tf.Callback, an object with `onEpochEnd` and the like, or several. */
  readonly callbacks?: Callbacks;
  /** 1 prints a line for each epoch, and warnings (default), as does 2; 0 nothing. */
  readonly verbose?: 0 | 1 | 2;
  /** Validate on so many batches, the first, of `validationBatchSize`; default: on all. */
  readonly validationSteps?: number;
  /** Rows of a batch to validate on; default `batchSize`. */
  readonly validationBatchSize?: number;
  /** Deal the examples in a new random order in every pass; default true. */
  readonly shuffle?: boolean;
  /** When to let other work of the program run; default `auto`. */
  readonly yieldEvery?: YieldEvery;
}

/** Options of `fit`. */
export interface FitOptions extends SharedFitOptions {
  /** Share of the examples, the last ones, that are set aside to validate on; 0 for none. */
  readonly validationSplit?: number;
  /** `[x, y]` or `[x, y, sampleWeight]` to validate on; goes before `validationSplit`. */
  readonly validationData?: ValidationData;
  /** Weight of each example, [N], part of its loss. */
  readonly sampleWeight?: ColumnInput;
}

/** Options of `fitDataset`. */
export interface FitDatasetOptions extends SharedFitOptions {
  /** The name that `model.fitDataset` has for `stepsPerEpoch`. */
  readonly batchesPerEpoch?: number;
  /** The name that `model.fitDataset` has for `validationSteps`: of a stream of batches, so many of its own. */
  readonly validationBatches?: number;
  /** `[x, y]` as in `fit`, or a stream like the training one, an array only of `{ xs, ys }`. */
  readonly validationData?: ValidationData | RowStream;
}

/** Options that are always there once checked. */
export type Checked<O> = O & {
  readonly epochs: number;
  readonly initialEpoch: number;
  readonly verbose: 0 | 1 | 2;
  readonly shuffle: boolean;
  readonly yieldEvery: YieldEvery;
};

/** Tells plain objects, and instances of classes, from what keeps its entries elsewhere, such as a Map. */
function isPlain(value: unknown): value is object {
  return kindOfObject(value) === "Object";
}

function areCallbacks(given: unknown): boolean {
  return [given].flat().every(isPlain);
}

const shared = {
  batchSize: z.int().positive().optional(),
  epochs: z.int().nonnegative().default(1),
  initialEpoch: z.int().nonnegative().default(0),
  stepsPerEpoch: z.int().positive().optional(),
  classWeight: z.unknown().optional(),
  callbacks: z
    .unknown()
    .refine(areCallbacks, "must be a tf.Callback, an object of functions, or a list of them")
    .optional(),
  verbose: z.union([z.literal(0), z.literal(1), z.literal(2)]).default(1),
  validationSteps: z.int().positive().optional(),
  validationBatchSize: z.int().positive().optional(),
  validationData: z.unknown().optional(),
  shuffle: z.boolean().default(true),
  yieldEvery: z
    .union([z.enum(["auto", "batch", "epoch", "never"]), z.number().positive()])
    .default("auto"),
};

const fitSchema = z.strictObject({
  ...shared,
  validationSplit: z.number().min(0).lt(1).optional(),
  sampleWeight: z.unknown().optional(),
});

const fitDatasetSchema = z.strictObject({
  ...shared,
  batchesPerEpoch: z.int().positive().optional(),
  validationBatches: z.int().positive().optional(),
});

/** tfjs takes null for an option that is not given. */
function withoutNulls(options: unknown): unknown {
  if (!isPlain(options)) return options;
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== null));
}

function checkYield({ callbacks, yieldEvery }: Checked<SharedFitOptions>): void {
  const heard = [callbacks ?? []].flat().some((callback) => "onYield" in (callback as object));
  if (yieldEvery !== "never" || !heard) return;
  throw new UnequalError(
    "OPTION_INVALID",
    'A callback listens to onYield, which yieldEvery: "never" never calls. Change one of the two.',
  );
}

/** Checks the options of `fit` and fills in defaults. @throws OPTION_INVALID with the nearest known name */
export function checkFitOptions(options: FitOptions): Checked<FitOptions> {
  const checked = validateOptions("fit", fitSchema, withoutNulls(options)) as Checked<FitOptions>;
  checkYield(checked);
  return checked;
}

/** Checks the options of `fitDataset` and fills in defaults. @throws OPTION_INVALID with the nearest known name */
export function checkFitDatasetOptions(options: FitDatasetOptions): Checked<FitDatasetOptions> {
  const { batchesPerEpoch, validationBatches, ...checked } = validateOptions(
    "fitDataset",
    fitDatasetSchema,
    withoutNulls(options),
  ) as Checked<FitDatasetOptions>;
  checkYield(checked);
  return {
    ...(batchesPerEpoch && { stepsPerEpoch: batchesPerEpoch }),
    ...(validationBatches && { validationSteps: validationBatches }),
    ...checked,
  };
}
