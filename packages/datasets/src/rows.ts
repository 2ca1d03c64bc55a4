import { UnequalError, validateOptions, type Dataset } from "@unequal/core";
import { z } from "zod";
import { arrays } from "./arrays.js";
import { checkArrived } from "./check-arrived.js";
import { collectParts } from "./collect-parts.js";
import type { DataForm } from "./column-form.js";
import type { ColumnInput } from "./host-column.js";
import { isBatch } from "./is-batch.js";
import { ONLY, rowParts, type Element } from "./row-parts.js";

/** One value of a row: a number, or what columns are made of. */
type Value = number | boolean | ColumnInput;

/** Inputs or targets of one row: one value, several in order, or several by name. */
type RowPart = Value | readonly Value[] | Readonly<Record<string, Value>>;

/** One row of a stream, as an object or a list, with its weight if examples have weights. */
export type Row =
  | { readonly xs: RowPart; readonly ys: RowPart; readonly sampleWeights?: Value }
  | readonly [RowPart, RowPart]
  | readonly [RowPart, RowPart, Value];

/** A `tf.data.Dataset`, by its form. */
export interface TensorDataset {
  readonly iterator: () => Promise<{
    readonly next: () => Promise<{ readonly value: unknown; readonly done?: boolean | undefined }>;
  }>;
}

/** Options of {@link rows}. */
export interface RowsOptions {
  readonly name?: string;
  /**
   * What the model takes: elements whose columns have one axis more than it are batches, as `model.fitDataset` takes them.
   * Absent: every element is a row.
   */
  readonly form?: DataForm;
  /** How many batches are read, and no more; elements that are rows count as `size` to a batch. Absent: all. */
  readonly batches?: { readonly count: number; readonly size: number };
  /** Most rows that are read, so that an endless stream is an error and not a hang; default 5,000,000. */
  readonly limit?: number;
}

/** What a stream held. */
export interface ReadRows {
  readonly dataset: Dataset;
  /** Rows of the stream's first batch, where its elements are batches. */
  readonly batchSize: number | undefined;
  /** Whether examples have weights. */
  readonly weighted: boolean;
}

const LIMIT = 5_000_000;

const schema = z.strictObject({
  name: z.string().optional(),
  form: z.unknown().optional(),
  batches: z.strictObject({ count: z.int().positive(), size: z.int().positive() }).optional(),
  limit: z.number().positive().optional(),
});

const FORMS = ["iterator", Symbol.asyncIterator, Symbol.iterator];

type Source = TensorDataset | AsyncIterable<unknown> | Iterable<unknown>;

async function* elements(source: Source): AsyncGenerator {
  checkArrived(source, "The stream");
  const form = Object(source) as typeof source;
  if (!FORMS.some((each) => each in form)) {
    throw new UnequalError(
      "DATASET_INVALID",
      `The rows must come as a tf.data.Dataset or an iterable, but came as ${typeof source}. Give an array, or what a generator returns.`,
    );
  }
  if (!("iterator" in source)) {
    yield* source;
    return;
  }
  const iterator = await source.iterator();
  for (let item = await iterator.next(); !item.done; item = await iterator.next()) yield item.value;
}

/** Frees the tensors of an element that a `tf.data.Dataset` handed over: nobody else will. */
function disposeTensors(element: unknown): void {
  if (typeof element !== "object" || element === null || ArrayBuffer.isView(element)) return;
  const { dispose } = element as { dispose?: () => void };
  if (typeof dispose === "function") dispose.call(element);
  else Object.values(element).forEach(disposeTensors);
}

/** The rows of a stream, as they are collected. */
interface Collection {
  readonly add: (element: Element, at: number) => void;
  readonly size: () => number;
  /** Whether as many batches are there as were asked for. */
  readonly complete: () => boolean;
  readonly read: () => ReadRows;
}

function checkWeighted(weighted: boolean, first: boolean, at: number): void {
  if (weighted === first) return;
  throw new UnequalError(
    "DATASET_INVALID",
    `Either every element of the stream must have weights or none, but element ${at} has ${weighted ? "some" : "none"}. Weigh with 1 what is to count as usual.`,
  );
}

function createCollection({ form, batches, name }: RowsOptions): Collection {
  const [inputs, targets, weights] = [collectParts(), collectParts(), collectParts()];
  let [size, count] = [0, 0];
  let batched: boolean | undefined;
  let weighted: boolean | undefined;
  let batchSize: number | undefined;
  return {
    add: (element, at) => {
      batched = isBatch(element, form, { at, before: batched });
      checkWeighted(
        element.weights !== undefined,
        (weighted ??= element.weights !== undefined),
        at,
      );
      const place = { at, batched };
      inputs.add(element.xs, place);
      targets.add(element.ys, place);
      if (element.weights !== undefined)
        weights.add([{ name: ONLY, column: element.weights }], place);
      const rowsNow = batched ? (element.xs[0]?.column.shape[0] ?? 0) : 1;
      if (batched) batchSize ??= rowsNow;
      size += rowsNow;
      count += batched ? 1 : 1 / (batches?.size ?? 1);
    },
    size: () => size,
    // rows that make up a batch add up to 1 but for rounding
    complete: () => batches !== undefined && count > batches.count - 0.5 / batches.size,
    read: () => {
      const options = { ...(name !== undefined && { name }), ...(form && { form }) };
      const sampleWeight = weighted === true ? (weights.columns(size) as ColumnInput) : undefined;
      const dataset = arrays(inputs.columns(size), targets.columns(size), {
        ...options,
        ...(sampleWeight && { sampleWeight }),
      });
      return { dataset, batchSize, weighted: weighted === true };
    },
  };
}

/** Reads a stream as {@link rows} does, and tells what it was like. @throws as {@link rows} */
export async function readRows(source: Source, options: RowsOptions = {}): Promise<ReadRows> {
  validateOptions("rows", schema, options);
  const { form, limit = LIMIT } = options;
  const collection = createCollection(options);
  let at = 0;
  for await (const element of elements(source)) {
    try {
      collection.add(rowParts(element, at, form), at);
    } finally {
      if ("iterator" in source) disposeTensors(element);
    }
    at++;
    if (collection.complete()) break;
    if (collection.size() <= limit) continue;
    throw new UnequalError(
      "DATASET_TOO_LARGE",
      `The stream must end within ${limit} rows, but goes on. Cut it with .take(n), or say how much of it to read: batchesPerEpoch, or validationBatches, in fitDataset; \`limit\` in rows().`,
    );
  }
  if (collection.size() === 0)
    throw new UnequalError(
      "DATASET_EMPTY",
      "The stream must hold at least one row, but ended at once. A generator can be read only once.",
    );
  return collection.read();
}

/**
 * Collects a stream of rows into memory as a dataset: any `tf.data.Dataset`, or any iterable, also an
 * asynchronous one, of `{ xs, ys }` or `[x, y]`, with `sampleWeights` or a third value where examples have weights. Tensors
 * that the stream gives are freed.
 *
 * @throws DATASET_INVALID, SHAPE_MISMATCH naming the row; OPTION_INVALID; DATASET_EMPTY; DATASET_TOO_LARGE beyond `limit` rows
 */
export async function rows(source: Source, options: RowsOptions = {}): Promise<Dataset> {
  return (await readRows(source, options)).dataset;
}
