import { UnequalError, type Dataset, type HostArray } from "@unequal/core";
import { arrays } from "./arrays.js";
import { hostColumn, type ColumnInput } from "./host-column.js";

/** One value of a row: a number, or what columns are made of. */
type Value = number | boolean | ColumnInput;

/** Inputs or targets of one row: one value, or several by name. */
type RowPart = Value | Readonly<Record<string, Value>>;

/** One row of a stream, as an object or a pair. */
export type Row = { readonly xs: RowPart; readonly ys: RowPart } | readonly [RowPart, RowPart];

/** A `tf.data.Dataset`, by its form. */
export interface TensorDataset {
  readonly iterator: () => Promise<{
    readonly next: () => Promise<{ readonly value: unknown; readonly done?: boolean | undefined }>;
  }>;
}

/** Options of {@link rows}. */
export interface RowsOptions {
  readonly name?: string;
  /** Rank of one example's inputs: elements of one rank more are batches, as `model.fitDataset` takes them. Absent: every element is a row. */
  readonly exampleRank?: number;
  /** Most rows that are read, so that an endless stream is an error and not a hang; default 5,000,000. */
  readonly limit?: number;
}

type Parts = Readonly<Record<string, HostArray>>;
const ONLY = "value";
const LIMIT = 5_000_000;

const FORMS = ["iterator", Symbol.asyncIterator, Symbol.iterator];

async function* elements(
  source: TensorDataset | AsyncIterable<unknown> | Iterable<unknown>,
): AsyncGenerator {
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

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function isNamed(part: RowPart): part is Readonly<Record<string, Value>> {
  if (!isObject(part) || Array.isArray(part) || ArrayBuffer.isView(part)) return false;
  return !("dataSync" in part) && !("data" in part && "shape" in part);
}

function toHost(value: Value, what: string): HostArray {
  if (typeof value === "number" || typeof value === "boolean") {
    return { data: Float32Array.of(Number(value)), shape: [], dtype: "float32" };
  }
  if (ArrayBuffer.isView(value) && !("dataSync" in value)) {
    return hostColumn({ data: value as Float32Array, shape: [value.length] }, what);
  }
  return hostColumn(value, what);
}

/** Frees the tensors of an element that a `tf.data.Dataset` handed over: nobody else will. */
function disposeTensors(element: unknown): void {
  if (!isObject(element) || ArrayBuffer.isView(element)) return;
  const { dispose } = element as { dispose?: () => void };
  if (typeof dispose === "function") dispose.call(element);
  else Object.values(element).forEach(disposeTensors);
}

function toParts(part: RowPart, what: string): Parts {
  const named = isNamed(part) ? part : { [ONLY]: part };
  return Object.fromEntries(
    Object.entries(named).map(([name, value]) => [name, toHost(value, `${what} ${name}`)]),
  );
}

function partsOf(element: unknown, at: number): readonly [Parts, Parts] {
  const row = (isObject(element) ? element : {}) as Partial<Record<"xs" | "ys", RowPart | null>>;
  const pair = Array.isArray(row) ? (row as readonly (RowPart | null)[]) : [row.xs, row.ys];
  const [xs = null, ys = null] = pair;
  if (pair.length === 2 && xs !== null && ys !== null)
    return [toParts(xs, `row ${at}: xs`), toParts(ys, `row ${at}: ys`)];
  const lack = xs === null ? "has no inputs" : "has no targets";
  throw new UnequalError(
    "DATASET_INVALID",
    `Element ${at} of the stream must be { xs, ys } or [x, y], but ${pair.length > 2 ? `holds ${pair.length} parts` : lack}. Map the stream to pairs; weights go to \`sampleWeight\` of arrays().`,
  );
}

interface Collector {
  /** Adds a row or a batch of rows; returns how many. */
  readonly add: (parts: Parts, batched: boolean, at: number) => number;
  readonly columns: (size: number) => Readonly<Record<string, ColumnInput>> | ColumnInput;
}

/** A part of a row or batch, and the shape of one row of it. */
interface Piece {
  readonly part: HostArray;
  readonly shape: readonly number[];
  readonly at: number;
}

function checkSame(now: string, first: string, what: string): void {
  if (now === first) return;
  throw new UnequalError(
    "DATASET_INVALID",
    `Rows must be alike, but ${what} has ${now} after ${first}. Pad, cut or fill it.`,
  );
}

function createCollector(): Collector {
  const pieces = new Map<
    string,
    { readonly shape: readonly number[]; readonly parts: HostArray[] }
  >();
  let names: string | undefined;
  const addPart = (name: string, { part, shape, at }: Piece): void => {
    const known = pieces.get(name) ?? { shape, parts: [] };
    checkSame(`[${shape.join(", ")}]`, `[${known.shape.join(", ")}]`, `"${name}" of row ${at}`);
    known.parts.push(part);
    pieces.set(name, known);
  };
  return {
    add: (parts, batched, at) => {
      const now = `(${Object.keys(parts).sort().join(", ")})`;
      checkSame(now, (names ??= now), `row ${at}`);
      for (const [name, part] of Object.entries(parts)) {
        addPart(name, { part, shape: batched ? part.shape.slice(1) : part.shape, at });
      }
      return batched ? (Object.values(parts)[0]?.shape[0] ?? 0) : 1;
    },
    columns: (size) => {
      const joined = [...pieces].map(
        ([name, { shape, parts }]) =>
          [name, { data: join(parts), shape: [size, ...shape] }] as const,
      );
      const [only] = joined;
      return joined.length === 1 && only?.[0] === ONLY ? only[1] : Object.fromEntries(joined);
    },
  };
}

function join(parts: readonly HostArray[]): HostArray["data"] {
  const length = parts.reduce((sum, { data }) => sum + data.length, 0);
  const out = parts.every(({ data }) => data instanceof Int32Array)
    ? new Int32Array(length)
    : new Float32Array(length);
  let offset = 0;
  for (const { data } of parts) {
    out.set(data, offset);
    offset += data.length;
  }
  return out;
}

/**
 * Collects a stream of rows into memory as a dataset: any `tf.data.Dataset`, or any iterable, also an
 * asynchronous one, of `{ xs, ys }` or `[x, y]`. Tensors that the stream gives are freed.
 *
 * @throws DATASET_INVALID naming the row; DATASET_EMPTY; DATASET_TOO_LARGE beyond `limit` rows
 */
export async function rows(
  source: TensorDataset | AsyncIterable<unknown> | Iterable<unknown>,
  { exampleRank = Infinity, limit = LIMIT, name }: RowsOptions = {},
): Promise<Dataset> {
  const inputs = createCollector();
  const targets = createCollector();
  let size = 0;
  let at = 0;
  for await (const element of elements(source)) {
    const [xs, ys] = partsOf(element, at);
    const batched = Object.values(xs)[0]?.shape.length === exampleRank + 1;
    size += inputs.add(xs, batched, at);
    targets.add(ys, batched, at);
    if ("iterator" in source) disposeTensors(element);
    at++;
    if (size <= limit) continue;
    throw new UnequalError(
      "DATASET_TOO_LARGE",
      `The stream must end within ${limit} rows, but goes on. Cut it with .take(n), or raise \`limit\`.`,
    );
  }
  if (size === 0)
    throw new UnequalError(
      "DATASET_EMPTY",
      "The stream must hold at least one row, but ended at once. A generator can be read only once.",
    );
  return arrays(inputs.columns(size), targets.columns(size), name === undefined ? {} : { name });
}
