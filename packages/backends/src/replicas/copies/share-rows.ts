import {
  columnsOf,
  type Columns,
  type Dataset,
  type HostArray,
  type HostBatch,
} from "@unequal/core";
import { builtIn } from "./built-in.js";

const CHUNK = 1024;
/** Share of the free memory that a dataset may take. */
const SHARE = 0.5;

type Data = HostArray["data"];

function widthOf({ shape }: HostArray): number {
  return shape.slice(1).reduce((product, size) => product * size, 1);
}

function arrayLike(data: Data, length: number, memory?: SharedArrayBuffer): Data {
  if (data instanceof Float32Array)
    return memory ? new Float32Array(memory) : new Float32Array(length);
  if (data instanceof Int32Array) return memory ? new Int32Array(memory) : new Int32Array(length);
  return memory ? new Uint8Array(memory) : new Uint8Array(length);
}

function mapColumns(columns: Columns, map: (column: HostArray) => HostArray): Columns {
  if (Array.isArray(columns)) return (columns as readonly HostArray[]).map(map);
  return Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, map(column)]));
}

function share(column: HostArray, rows: number): HostArray {
  const { data } = column;
  const length = rows * widthOf(column);
  const memory = new SharedArrayBuffer(length * data.BYTES_PER_ELEMENT);
  return {
    ...column,
    data: arrayLike(data, length, memory),
    shape: [rows, ...column.shape.slice(1)],
  };
}

/** Copies rows to where they belong; false where they are not like those before. */
function copyRows(from: HostBatch, into: HostBatch, first: number): boolean {
  const columns = columnsOf(from);
  return columnsOf(into).every((whole, at) => {
    const column = columns[at];
    const width = widthOf(whole);
    if (column?.data.constructor !== whole.data.constructor || widthOf(column) !== width)
      return false;
    whole.data.set(column.data, first * width);
    return true;
  });
}

/** Tells whether there is memory for as many rows as these. */
function fits(rows: HostBatch, size: number): boolean {
  const bytes = columnsOf(rows).reduce((sum, { data }) => sum + data.byteLength, 0);
  return (bytes / rows.size) * size <= SHARE * builtIn("node:os").freemem();
}

/**
 * Copies every example of a fixed dataset into shared memory, where each thread finds it; undefined where that would take
 * more than half of the free memory, or the rows are not all alike.
 */
export async function shareRows(dataset: Dataset): Promise<HostBatch | undefined> {
  const { size } = dataset;
  let whole: HostBatch | undefined;
  let weights: Float32Array | undefined;
  for (let first = 0; first < size; first += CHUNK) {
    const ids = Uint32Array.from({ length: Math.min(CHUNK, size - first) }, (_, at) => first + at);
    const rows = await dataset.take(ids, new Uint32Array(ids.length));
    if (first === 0 && !fits(rows, size)) return undefined;
    try {
      const shared = (column: HostArray): HostArray => share(column, size);
      const inputs = whole?.inputs ?? mapColumns(rows.inputs, shared);
      whole ??= { size, inputs, targets: mapColumns(rows.targets, shared) };
      if (rows.weights) weights ??= new Float32Array(new SharedArrayBuffer(size * 4)).fill(1);
    } catch (error) {
      if (error instanceof RangeError) return undefined;
      throw error;
    }
    if (!copyRows(rows, whole, first)) return undefined;
    if (rows.weights) weights?.set(rows.weights, first);
  }
  return whole && { ...whole, ...(weights && { weights }) };
}

/** Makes room for some rows of a column, in memory that was used before if that is large enough. */
function room(column: HostArray, length: number, memory: Memory): Data {
  const bytes = length * column.data.BYTES_PER_ELEMENT;
  const known = memory.get(column);
  const buffer = known !== undefined && known.byteLength >= bytes ? known : new ArrayBuffer(bytes);
  memory.set(column, buffer);
  const View = column.data.constructor as Float32ArrayConstructor;
  return new View(buffer, 0, length);
}

/** Memory by the column that rows are copied out of: new memory costs a thread more than the copy. */
type Memory = Map<HostArray, ArrayBuffer>;

/** Makes what copies rows by id out of the whole; they are lent until it is called again. */
export function rowTaker(whole: HostBatch): (ids: Uint32Array) => HostBatch {
  const memory: Memory = new Map();
  const { weights } = whole;
  return (ids) => {
    const gather = (column: HostArray): HostArray => {
      const width = widthOf(column);
      const data = room(column, ids.length * width, memory);
      const { buffer, BYTES_PER_ELEMENT: bytes } = column.data;
      const View = column.data.constructor as Float32ArrayConstructor;
      // `subarray` of shared memory takes ten times as long
      ids.forEach((id, row) => data.set(new View(buffer, id * width * bytes, width), row * width));
      return { ...column, data, shape: [ids.length, ...column.shape.slice(1)] };
    };
    return {
      size: ids.length,
      inputs: mapColumns(whole.inputs, gather),
      targets: mapColumns(whole.targets, gather),
      ...(weights && { weights: Float32Array.from(ids, (id) => weights[id] as number) }),
    };
  };
}
