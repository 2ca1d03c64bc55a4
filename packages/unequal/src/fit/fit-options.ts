import {
  kindOfObject,
  opaque,
  option,
  UnequalError,
  usually,
  validateOptions,
  withDefaults,
  type Filled,
} from "@unequal/core";
import type { ColumnInput, ColumnsInput, TensorDataset } from "@unequal/datasets";
import { z } from "zod";
import { batchOptions } from "../options/training-options.js";
import type { Callbacks } from "./callback-list.js";

/** Weight of each class, by class; absent classes weigh 1. */
export type ClassWeight = Readonly<Record<number, number>>;

/** Data to validate on: `[x, y]` or `[x, y, sampleWeight]`. */
export type ValidationData =
  readonly [ColumnsInput, ColumnsInput] | readonly [ColumnsInput, ColumnsInput, ColumnInput];

/** A stream of rows: a `tf.data.Dataset`, or an iterable of `{ xs, ys }` or `[x, y]`. */
export type RowStream = TensorDataset | AsyncIterable<unknown> | Iterable<unknown>;

/** When other work of the program may run. `onYield` is called then. */
export type YieldEvery = Checked["yieldEvery"];

/** Tells plain objects, and instances of classes, from what keeps its entries elsewhere, such as a Map. */
function isPlain(value: unknown): value is object {
  return kindOfObject(value) === "Object";
}

function areCallbacks(given: unknown): boolean {
  return [given].flat().every(isPlain);
}

/** What is looked at when the data are. */
function any<T>(title: string): z.ZodType<T, T> {
  return opaque<T>(() => true, { must: "", title });
}

type ClassWeights =
  | ClassWeight
  | readonly (ClassWeight | null)[]
  | Readonly<Record<string, ClassWeight | null>>
  | readonly number[];

/** Options that `fit` and `fitDataset` share; names and meanings are those of `tf.LayersModel.fit`. */
const shared = {
  /** Rows trained on in a uniform step; default: that of the stream's batches, else 32; at most the data. */
  batchSize: usually(batchOptions.batchSize, {
    usual: "that of the stream's batches, else 32; at most the data",
  }),
  /** Number of the last epoch; 0 trains nothing; default: 1. */
  epochs: option(z.int().nonnegative(), {
    description: "number of the last epoch; 0 trains nothing",
    default: 1,
  }),
  /** Number of the first epoch, to count on from an earlier fit; default: 0. */
  initialEpoch: option(z.int().nonnegative(), {
    description: "number of the first epoch, to count on from an earlier fit",
    default: 0,
  }),
  /** Updates of one epoch; default: as many as batches in the data. */
  stepsPerEpoch: option(z.int().positive(), {
    description: "updates of one epoch",
    usual: "as many as batches in the data",
  }),
  /** Weight of each class, a factor of its examples' loss: by class or as a list; of several outputs a list of such, or by output. */
  classWeight: option(any<ClassWeights>("weights"), {
    description:
      "weight of each class, a factor of its examples' loss: by class or as a list; of several outputs a list of such, or by output",
  }),
  /** A tf.Callback, an object with onEpochEnd and the like, or several. */
  callbacks: option(
    opaque<Callbacks>(areCallbacks, {
      must: "must be a tf.Callback, an object of functions, or a list of them",
      title: "callbacks",
    }),
    { description: "a tf.Callback, an object with onEpochEnd and the like, or several" },
  ),
  /** 1 and 2 print a line for each epoch, and warnings; 0 nothing; default: 1. */
  verbose: option(z.union([z.literal(0), z.literal(1), z.literal(2)]), {
    description: "1 and 2 print a line for each epoch, and warnings; 0 nothing",
    default: 1,
  }),
  /** Validate on so many batches, the first; default: all. */
  validationSteps: option(z.int().positive(), {
    description: "validate on so many batches, the first",
    usual: "all",
  }),
  /** Rows of a batch to validate on; default: batchSize. */
  validationBatchSize: option(z.int().positive(), {
    description: "rows of a batch to validate on",
    usual: "batchSize",
  }),
  /** Deal candidates in a new order every pass, else in the dataset's own; default: true. */
  shuffle: batchOptions.shuffle,
  /** Saves the fit in a folder that is its own alone: every so often (default: 5m), the latest `keep` (default: 2) and the best by validation loss. */
  checkpoint: option(
    z.strictObject({
      dir: z.string().min(1),
      every: z.union([z.string(), z.number()]).optional(),
      keep: z.int().positive().optional(),
    }),
    {
      description:
        "saves the fit in a folder that is its own alone: every so often (default: 5m), the latest `keep` (default: 2) and the best by validation loss",
    },
  ),
  /** Go on with the fit that checkpoint.dir holds, if it holds one; default: false. */
  resume: option(z.boolean(), {
    description: "go on with the fit that checkpoint.dir holds, if it holds one",
    default: false,
  }),
  /** Go on although settings are others than those of the fit that was saved; default: false. */
  allowChanges: option(z.boolean(), {
    description: "go on although settings are others than those of the fit that was saved",
    default: false,
  }),
  /** Ends the fit after the update at hand, once it is saved. */
  signal: option(
    opaque<AbortSignal>((value) => kindOfObject(value) === "AbortSignal", {
      must: "must be the signal of an AbortController",
      title: "signal",
    }),
    { description: "ends the fit after the update at hand, once it is saved" },
  ),
  /** When other work of the program may run: auto, every 125 ms; after every batch or epoch; never; or after so many milliseconds; default: auto. */
  yieldEvery: option(
    z.union([z.enum(["auto", "batch", "epoch", "never"]), z.number().positive()]),
    {
      description:
        "when other work of the program may run: auto, every 125 ms; after every batch or epoch; never; or after so many milliseconds",
      default: "auto",
    },
  ),
};

/** The options of `fit`. */
export const fitOptions = z.strictObject({
  ...shared,
  /** Share of the examples, the last ones, that are set aside to validate on; default: 0. */
  validationSplit: option(z.number().min(0).lt(1), {
    description: "share of the examples, the last ones, that are set aside to validate on",
    default: 0,
  }),
  /** [x, y] as in fit, or a stream like the training one, an array only of { xs, ys }. */
  validationData: option(any<ValidationData>("data"), {
    description: "[x, y] or [x, y, sampleWeight] to validate on; goes before validationSplit",
  }),
  /** Weight of each example, a factor of its loss. */
  sampleWeight: option(any<ColumnInput>("weights"), {
    description: "weight of each example, a factor of its loss",
  }),
});

/** The options of `fitDataset`. */
export const fitDatasetOptions = z.strictObject({
  ...shared,
  /** [x, y] as in fit, or a stream like the training one, an array only of { xs, ys }. */
  validationData: option(any<ValidationData | RowStream>("data"), {
    description: "[x, y] as in fit, or a stream like the training one, an array only of { xs, ys }",
  }),
  /** The name that model.fitDataset has for stepsPerEpoch. */
  batchesPerEpoch: option(z.int().positive(), {
    description: "the name that model.fitDataset has for stepsPerEpoch",
  }),
  /** The name that model.fitDataset has for validationSteps: of a stream of batches, so many of its own. */
  validationBatches: option(z.int().positive(), {
    description:
      "the name that model.fitDataset has for validationSteps: of a stream of batches, so many of its own",
  }),
});

/** Options of `fit`. */
export type FitOptions = Readonly<z.input<typeof fitOptions>>;

/** Options of `fitDataset`. */
export type FitDatasetOptions = Readonly<z.input<typeof fitDatasetOptions>>;

/** Options of either, defaults filled in. */
export type Checked = Filled<z.ZodObject<typeof shared>> &
  Pick<FitOptions, "validationSplit" | "sampleWeight"> &
  Pick<FitDatasetOptions, "validationData">;

/** tfjs takes null for an option that is not given. */
function withoutNulls(options: unknown): unknown {
  if (!isPlain(options)) return options;
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== null));
}

function checkYield({ callbacks, yieldEvery }: Checked): void {
  const heard = [callbacks ?? []].flat().some((callback) => "onYield" in (callback as object));
  if (yieldEvery !== "never" || !heard) return;
  throw new UnequalError(
    "OPTION_INVALID",
    'A callback listens to onYield, which yieldEvery: "never" never calls. Change one of the two.',
  );
}

function checkResume({ checkpoint, resume, allowChanges }: Checked): void {
  if (resume && checkpoint === undefined)
    throw new UnequalError(
      "OPTION_INVALID",
      "With resume there must be a folder to go on from. Give checkpoint: { dir }.",
    );
  if (allowChanges && !resume)
    throw new UnequalError(
      "OPTION_INVALID",
      "allowChanges is for a fit that goes on. Give resume: true, or leave it out.",
    );
}

function checked(name: string, schema: z.ZodObject, options: unknown): Checked {
  const given = validateOptions(name, schema, withoutNulls(options)) as Record<string, unknown>;
  const filled = withDefaults(schema, given) as unknown as Checked;
  checkYield(filled);
  checkResume(filled);
  return filled;
}

/** Checks the options of `fit` and fills in defaults. @throws OPTION_INVALID with the nearest known name */
export function checkFitOptions(options: FitOptions): Checked {
  return checked("fit", fitOptions, options);
}

/** Checks the options of `fitDataset` and fills in defaults. @throws OPTION_INVALID with the nearest known name */
export function checkFitDatasetOptions(options: FitDatasetOptions): Checked {
  const { batchesPerEpoch, validationBatches, ...others } = checked(
    "fitDataset",
    fitDatasetOptions,
    options,
  ) as Checked & FitDatasetOptions;
  return {
    ...others,
    stepsPerEpoch: others.stepsPerEpoch ?? batchesPerEpoch,
    validationSteps: others.validationSteps ?? validationBatches,
  };
}
