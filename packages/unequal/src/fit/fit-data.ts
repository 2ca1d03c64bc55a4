import { modelColumns, type ModelColumns } from "@unequal/backends";
import type * as tf from "@tensorflow/tfjs";
import { UnequalError, type Dataset } from "@unequal/core";
import {
  arrays,
  checkArrived,
  slice,
  split,
  type ColumnForm,
  type ColumnInput,
  type ColumnsInput,
  type DataForm,
} from "@unequal/datasets";
import { checkTargets } from "./check-targets.js";
import type { ClassWeigher, WeighedClasses } from "./class-weights.js";
import type { Checked, ValidationData } from "./fit-options.js";

/** What a fit trains and validates on. */
export interface FitData extends WeighedClasses {
  readonly validation: Dataset | undefined;
  /** Rows of an update, b: as asked for, else those of the stream's batches. */
  readonly batchSize: number;
  /** Whether examples have weights of their own. */
  readonly weighted: boolean;
  /** What a user should know of the data, a sentence each. */
  readonly notes: readonly string[];
}

/** What data are read for. */
export interface FitTarget {
  readonly options: Checked;
  readonly model: tf.LayersModel;
  /** Whether outputs are embeddings, so that targets may be anything. */
  readonly lossless: boolean;
}

/** Rows of an update where nothing says how many. */
export const BATCH = 32;

/** Says what data must be like. */
export function invalid(message: string): UnequalError {
  return new UnequalError("DATASET_INVALID", message);
}

/** Tells streams of rows from data in memory. */
export function isStream(value: unknown): boolean {
  const { iterator, [Symbol.asyncIterator]: rowsOf } = value as {
    iterator?: unknown;
    [Symbol.asyncIterator]?: unknown;
  };
  return typeof iterator === "function" || typeof rowsOf === "function";
}

function checkColumns(value: unknown, what: string): void {
  if (value === undefined || value === null) {
    throw invalid(
      `${what} must be a tensor, a typed array or nested arrays of numbers, but is ${value}. Give inputs and targets both.`,
    );
  }
  if (!isStream(value)) return;
  throw invalid(`${what} must be data in memory, but is a stream of rows. Give it to fitDataset.`);
}

function columns(
  [x, y, sampleWeight]: readonly [ColumnsInput, ColumnsInput, (ColumnInput | undefined)?],
  form: DataForm,
  what: (name: string) => string = (name) => name,
): Dataset {
  checkColumns(x, what("x"));
  checkColumns(y, what("y"));
  return arrays(x, y, { form, ...(sampleWeight !== undefined && { sampleWeight }) });
}

/** Makes a dataset of data in memory to validate on. @throws DATASET_INVALID */
export function validationColumns(given: ValidationData, form: DataForm): Dataset {
  checkArrived(given, "validationData");
  const list: readonly unknown[] = Array.isArray(given) ? given : [];
  if (list.length === 2 || list.length === 3)
    return columns(given, form, (name) => `validationData's ${name}`);
  throw invalid(
    "validationData must be [x, y] or [x, y, sampleWeight]. To set a share of the data aside use validationSplit.",
  );
}

/** What a fit knows of its model while it reads data. */
export interface Reading {
  /** What training data must be like. */
  readonly form: DataForm;
  readonly validationForm: DataForm;
  readonly weigh: (train: Dataset) => WeighedClasses;
  readonly notes: readonly string[];
}

/** Makes what weighs classes, where weights are given. */
async function weigherOf(
  { classWeight }: Checked,
  targets: ModelColumns["targets"],
): Promise<ClassWeigher | undefined> {
  if (classWeight === undefined) return undefined;
  const { classTables } = await import("./class-tables.js");
  const { createClassWeigher } = await import("./class-weights.js");
  const tables = classTables(
    classWeight,
    targets.map(({ name }) => name),
  );
  return tables && createClassWeigher(tables, targets);
}

/** Prepares to read: each column of targets is checked as soon as it is there. */
export async function read({ options, model, lossless }: FitTarget): Promise<Reading> {
  const { inputs, targets }: ModelColumns = modelColumns(model);
  const weigher = await weigherOf(options, targets);
  const notes: string[] = [];
  const formsOf = (training: boolean): readonly ColumnForm[] | undefined => {
    if (lossless) return undefined;
    return targets.map((target, at) => ({
      ...target,
      check: (column) => {
        const found = checkTargets(column, target);
        if (training) notes.push(...found, ...(weigher?.tally(column, at) ?? []));
      },
    }));
  };
  return {
    form: { inputs, targets: formsOf(true) },
    validationForm: { inputs, targets: formsOf(false) },
    weigh: (train) => weigher?.weigh(train) ?? { train, classWeights: undefined },
    notes,
  };
}

/** Keeps the first batches to validate on, where their number is given. */
export function limited(
  validation: Dataset | undefined,
  { validationSteps, validationBatchSize }: Checked,
  batchSize: number,
): Dataset | undefined {
  if (validation === undefined || validationSteps === undefined) return validation;
  return slice(validation, 0, validationSteps * (validationBatchSize ?? batchSize));
}

/** Only the training loss is weighed by class: validation, as in tfjs and Keras, is not. */
export function weighed(
  { weigh, notes }: Reading,
  data: Pick<FitData, "train" | "validation" | "batchSize">,
  weightedRows: boolean,
): FitData {
  const classes = weigh(data.train);
  const weighted = weightedRows || classes.train !== data.train;
  return { ...data, ...classes, weighted, notes };
}

/**
 * Makes the datasets of `fit`: the last `validationSplit` of the examples, with their sample weights, are
 * set aside before any shuffling.
 *
 * @throws DATASET_INVALID, DATASET_EMPTY, OPTION_INVALID, SHAPE_MISMATCH
 */
export async function dataInMemory(
  x: ColumnsInput,
  y: ColumnsInput,
  target: FitTarget,
): Promise<FitData> {
  const { options } = target;
  const { sampleWeight, validationSplit = 0, validationData, batchSize = BATCH } = options;
  const reading = await read(target);
  const all = columns([x, y, sampleWeight], reading.form);
  const weighted = sampleWeight !== undefined;
  const finish = (train: Dataset, rest?: Dataset): FitData => {
    const validation = limited(rest, options, batchSize);
    return weighed(reading, { train, validation, batchSize }, weighted);
  };
  if (validationData !== undefined)
    return finish(all, validationColumns(validationData as ValidationData, reading.validationForm));
  if (validationSplit === 0) return finish(all);
  const { train, test } = split(all, validationSplit);
  return finish(train, test);
}
