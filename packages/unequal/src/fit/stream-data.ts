import { UnequalError, type Dataset } from "@unequal/core";
import { checkArrived, readRows, type DataForm, type ReadRows } from "@unequal/datasets";
import {
  BATCH,
  invalid,
  isStream,
  limited,
  read,
  validationColumns,
  weighed,
  type FitData,
  type FitTarget,
} from "./fit-data.js";
import type { RowStream, ValidationData } from "./fit-options.js";

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
  const reading = await read(target);
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
