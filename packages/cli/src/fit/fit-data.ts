import { UnequalError, type Dataset } from "@unequal/core";
import {
  arrays,
  rows,
  split,
  weighClasses,
  type ColumnInput,
  type ColumnsInput,
} from "@unequal/datasets";
import type {
  ClassWeight,
  FitDatasetOptions,
  FitOptions,
  RowStream,
  SharedFitOptions,
  ValidationData,
} from "./fit-options.js";

/** What a fit trains and validates on. */
export interface FitData {
  readonly train: Dataset;
  readonly validation: Dataset | undefined;
}

/** What the data must suit. */
interface FittedModel {
  readonly outputNames: readonly string[];
  readonly inputs: readonly { readonly rank: number }[];
}

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
  what: (name: string) => string = (name) => name,
): Dataset {
  checkColumns(x, what("x"));
  checkColumns(y, what("y"));
  return arrays(x, y, sampleWeight === undefined ? {} : { sampleWeight });
}

function validationColumns(given: ValidationData): Dataset {
  const list: readonly unknown[] = Array.isArray(given) ? given : [];
  if (list.length === 2 || list.length === 3)
    return columns(given, (name) => `validationData's ${name}`);
  throw invalid(
    "validationData must be [x, y] or [x, y, sampleWeight]. To set a share of the data aside use validationSplit.",
  );
}

/** Finds the weights of the one output: tfjs also takes them in a list or by the output's name. */
function classWeightOf(
  given: NonNullable<SharedFitOptions["classWeight"]>,
  { outputNames }: FittedModel,
): ClassWeight {
  const [only = "", ...others] = outputNames;
  if (others.length > 0) {
    throw new UnequalError(
      "OPTION_INVALID",
      `classWeight needs a model with one output, but this one has ${outputNames.length}: the loss of an example has one weight. Use sampleWeight.`,
    );
  }
  const list: readonly unknown[] = [given].flat();
  const [first] = list;
  if (list.length === 1 && typeof first === "object" && first !== null) {
    const byName = first as Readonly<Record<string, ClassWeight | undefined>>;
    return byName[only] ?? (first as ClassWeight);
  }
  throw new UnequalError(
    "OPTION_INVALID",
    "classWeight must be an object such as { 0: 1, 1: 2.5 }, alone, in a list of one, or by the output's name.",
  );
}

/** Only the training loss is weighed by class: validation, as in tfjs and Keras, is not. */
function weighed(
  { train, validation }: FitData,
  { classWeight }: SharedFitOptions,
  model: FittedModel,
): FitData {
  if (classWeight === undefined) return { train, validation };
  return { train: weighClasses(train, classWeightOf(classWeight, model)), validation };
}

/** Tells whether examples may have weights of their own. */
export function isWeighted({
  sampleWeight,
  classWeight,
}: Pick<FitOptions, "sampleWeight" | "classWeight">): boolean {
  return sampleWeight !== undefined || classWeight !== undefined;
}

/**
 * Makes the datasets of `fit`: the last `validationSplit` of the examples, with their sample weights, are
 * set aside before any shuffling.
 *
 * @throws DATASET_INVALID, DATASET_EMPTY, OPTION_INVALID
 */
export function dataInMemory(
  x: ColumnsInput,
  y: ColumnsInput,
  { options, model }: { readonly options: FitOptions; readonly model: FittedModel },
): FitData {
  const { sampleWeight, validationSplit = 0, validationData } = options;
  const all = columns([x, y, sampleWeight]);
  if (validationData !== undefined)
    return weighed({ train: all, validation: validationColumns(validationData) }, options, model);
  if (validationSplit === 0) return weighed({ train: all, validation: undefined }, options, model);
  const { train, test } = split(all, validationSplit);
  return weighed({ train, validation: test }, options, model);
}

function checkStream(stream: unknown, what: string): void {
  const source = typeof stream === "object" && stream !== null ? stream : {};
  if ("size" in source && source.size === Infinity) {
    throw new UnequalError(
      "DATASET_TOO_LARGE",
      `${what} repeats without end, but is read into memory. Leave out .repeat(), since epochs repeat it anyway, or cut it with .take(n).`,
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

/**
 * Reads the datasets of `fitDataset` into memory. Elements of one rank more than the model's first input
 * has per example are batches.
 *
 * @throws DATASET_INVALID, DATASET_EMPTY, DATASET_TOO_LARGE, OPTION_INVALID
 */
export async function dataFromStream(
  stream: RowStream,
  { options, model }: { readonly options: FitDatasetOptions; readonly model: FittedModel },
): Promise<FitData> {
  const exampleRank = (model.inputs[0]?.rank ?? 2) - 1;
  const read = (source: RowStream, what: string): Promise<Dataset> => {
    checkStream(source, what);
    return rows(source, { exampleRank });
  };
  const { validationData } = options;
  const train = await read(stream, "The dataset");
  if (validationData === undefined)
    return weighed({ train, validation: undefined }, options, model);
  const validation = isColumnPair(validationData)
    ? validationColumns(validationData)
    : await read(validationData, "validationData");
  return weighed({ train, validation }, options, model);
}
