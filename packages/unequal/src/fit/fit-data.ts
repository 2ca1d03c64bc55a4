import { modelColumns, type ModelColumns } from "@unequal/backends";
import type * as tf from "@tensorflow/tfjs";
import { UnequalError, type Dataset } from "@unequal/core";
import {
  arrays,
  checkArrived,
  readRows,
  slice,
  split,
  type ColumnForm,
  type ColumnInput,
  type ColumnsInput,
  type DataForm,
  type ReadRows,
} from "@unequal/datasets";
import { checkTargets } from "./check-targets.js";
import { classTables } from "./class-tables.js";
import { createClassWeigher, type WeighedClasses } from "./class-weights.js";
import type { Checked, RowStream, ValidationData } from "./fit-options.js";

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

const BATCH = 32;

function invalid(message: string): UnequalError {
  return new UnequalError("DATASET_INVALID", message);
}

function isStream(value: unknown): boolean {
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

function validationColumns(given: ValidationData, form: DataForm): Dataset {
  checkArrived(given, "validationData");
  const list: readonly unknown[] = Array.isArray(given) ? given : [];
  if (list.length === 2 || list.length === 3)
    return columns(given, form, (name) => `validationData's ${name}`);
  throw invalid(
    "validationData must be [x, y] or [x, y, sampleWeight]. To set a share of the data aside use validationSplit.",
  );
}

/** What a fit knows of its model while it reads data. */
interface Reading {
  /** What training data must be like. */
  readonly form: DataForm;
  readonly validationForm: DataForm;
  readonly weigh: (train: Dataset) => WeighedClasses;
  readonly notes: readonly string[];
}

/** Prepares to read: each column of targets is checked as soon as it is there. */
function read({ options, model, lossless }: FitTarget): Reading {
  const { inputs, targets }: ModelColumns = modelColumns(model);
  const names = targets.map(({ name }) => name);
  const tables = classTables(options.classWeight, names);
  const weigher = tables && createClassWeigher(tables, targets);
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
function limited(
  validation: Dataset | undefined,
  { validationSteps, validationBatchSize }: Checked,
  batchSize: number,
): Dataset | undefined {
  if (validation === undefined || validationSteps === undefined) return validation;
  return slice(validation, 0, validationSteps * (validationBatchSize ?? batchSize));
}

/** Only the training loss is weighed by class: validation, as in tfjs and Keras, is not. */
function weighed(
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
export function dataInMemory(x: ColumnsInput, y: ColumnsInput, target: FitTarget): FitData {
  const { options } = target;
  const { sampleWeight, validationSplit = 0, validationData, batchSize = BATCH } = options;
  const reading = read(target);
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

function checkStream(stream: unknown, what: string, budget: boolean): void {
  checkArrived(stream, what);
  const source = typeof stream === "object" && stream !== null ? stream : {};
  if (!budget && "size" in source && source.size === Infinity) {
    throw new UnequalError(
      "DATASET_TOO_LARGE",
      `${what} repeats without end, but is read into memory. Leave out .repeat(), since epochs repeat it anyway, cut it with .take(n), or say how much to read: ${what === "validationData" ? "validationBatches" : "batchesPerEpoch"}.`,
    );
  }
  if (Symbol.iterator in source || isStream(source)) return;
  throw invalid(
    `${what} must be a tf.data.Dataset or an iterable of rows { xs, ys }. Data in memory goes to fit(x, y).`,
  );
}

function isColumnPair(given: ValidationData | RowStream): given is ValidationData {
  if (!Array.isArray(given)) return false;
  const [first] = given as readonly unknown[];
  return !(typeof first === "object" && first !== null && "xs" in first);
}

/** Reads a stream; at most so many batches, if that is given. */
async function stream(
  source: RowStream,
  form: DataForm,
  { what, batches }: { readonly what: string; readonly batches: Batches | undefined },
): Promise<ReadRows> {
  checkStream(source, what, batches !== undefined);
  return readRows(source, { form, ...(batches && { batches }) });
}

interface Batches {
  readonly count: number;
  readonly size: number;
}

function batchesOf(count: number | undefined, size: number): Batches | undefined {
  return count === undefined ? undefined : { count: Math.max(1, count), size };
}

/**
 * Reads the datasets of `fitDataset` into memory: of the training stream as many batches as all epochs take, of the
 * validation stream `validationSteps`, where these are given. Each column is compared with its own input or target of the
 * model; elements of one axis more are batches.
 *
 * @throws DATASET_INVALID, DATASET_EMPTY, DATASET_TOO_LARGE, OPTION_INVALID, SHAPE_MISMATCH
 */
export async function dataFromStream(source: RowStream, target: FitTarget): Promise<FitData> {
  const { options } = target;
  const { validationData, stepsPerEpoch, epochs, initialEpoch, validationSteps } = options;
  const reading = read(target);
  const rows = options.batchSize ?? BATCH;
  const steps = stepsPerEpoch && stepsPerEpoch * (epochs - initialEpoch);
  const batches = batchesOf(steps, rows);
  const found = await stream(source, reading.form, { what: "The dataset", batches });
  const { dataset: train, weighted } = found;
  const batchSize = options.batchSize ?? found.batchSize ?? BATCH;
  const finish = (validation?: Dataset): FitData =>
    weighed(reading, { train, validation, batchSize }, weighted);
  if (validationData === undefined) return finish();
  const form = reading.validationForm;
  if (isColumnPair(validationData))
    return finish(limited(validationColumns(validationData, form), options, batchSize));
  const limit = batchesOf(validationSteps, options.validationBatchSize ?? batchSize);
  const what = { what: "validationData", batches: limit };
  return finish((await stream(validationData, form, what)).dataset);
}
