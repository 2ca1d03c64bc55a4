import { UnequalError, type HostArray } from "@unequal/core";
import { checkArrived } from "./check-arrived.js";

/** A TensorFlow.js tensor, by its form, so that this package need not import it. */
export interface TensorLike {
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly dataSync: () => ArrayLike<number> & Iterable<number>;
}

/** Numbers nested to any depth, all branches of equal length. */
export type NestedNumbers = readonly (number | boolean | NestedNumbers)[];

/** What a column of examples may be given as; the first axis is the example. */
export type ColumnInput =
  | TensorLike
  | Float32Array
  | Float64Array
  | Int32Array
  | Uint8Array
  | { readonly data: HostArray["data"]; readonly shape: readonly number[] }
  | NestedNumbers;

function invalid(message: string): UnequalError {
  return new UnequalError("DATASET_INVALID", message);
}

function product(lengths: readonly number[]): number {
  return lengths.reduce((total, length) => total * length, 1);
}

function isTensor(input: ColumnInput): input is TensorLike {
  return typeof (input as Partial<TensorLike>).dataSync === "function";
}

function fromTensor(tensor: TensorLike, what: string): HostArray {
  const { dtype, shape } = tensor;
  const values = tensor.dataSync();
  if (dtype === "int32") return { data: Int32Array.from(values), shape, dtype };
  if (dtype === "bool") return { data: Uint8Array.from(values), shape, dtype };
  if (dtype === "float32") return { data: Float32Array.from(values), shape, dtype };
  throw invalid(
    `${what} must be a tensor of numbers, but has dtype ${dtype}. Cast or encode it first.`,
  );
}

function typed(data: ArrayBufferView & ArrayLike<number>): HostArray["data"] {
  if (data instanceof Float32Array || data instanceof Int32Array || data instanceof Uint8Array)
    return data;
  return Float32Array.from(data);
}

function shaped(data: HostArray["data"], shape: readonly number[], what: string): HostArray {
  const size = product(shape);
  if (size !== data.length || shape.length === 0) {
    throw invalid(
      `${what} of shape [${shape.join(", ")}] must hold ${size} numbers, but holds ${data.length}. Correct the shape.`,
    );
  }
  return { data, shape, dtype: data instanceof Int32Array ? "int32" : "float32" };
}

/** A typed array without a shape is cut into as many equal rows as there are examples. */
function fromTyped(data: HostArray["data"], rows: number | undefined, what: string): HostArray {
  const count = rows ?? data.length;
  if (count === 0 || data.length % count !== 0) {
    throw invalid(
      `${what} holds ${data.length} numbers, which ${count} examples cannot share equally. Give { data, shape } instead.`,
    );
  }
  const width = data.length / count;
  return shaped(data, width === 1 ? [count] : [count, width], what);
}

function nestedShape(input: NestedNumbers): number[] {
  const [first] = input;
  return Array.isArray(first)
    ? [input.length, ...nestedShape(first as NestedNumbers)]
    : [input.length];
}

function describe(value: unknown): string {
  if (Array.isArray(value)) return `an array of length ${value.length}`;
  return value === null ? "null" : typeof value;
}

/** Flattens nested arrays in one pass; a place is only named, by its offset, for an error. */
function fromNested(input: NestedNumbers, what: string): HostArray {
  const shape = nestedShape(input);
  const strides = shape.map((_, axis) => product(shape.slice(axis + 1)));
  if (strides[0] === 0)
    throw invalid(`${what} must hold numbers, but its first example is empty. Leave it out.`);
  const data = new Float32Array(product(shape));
  const name = (axis: number, offset: number): string => {
    const path = shape
      .slice(0, axis)
      .map((length, at) => Math.floor(offset / (strides[at] ?? 1)) % length);
    return what + path.map((at) => `[${at}]`).join("");
  };
  const fill = (values: unknown, axis: number, offset: number): void => {
    if (axis === shape.length) {
      data[offset] = toNumber(values, () => name(axis, offset));
    } else if (Array.isArray(values) && values.length === shape[axis]) {
      for (let at = 0; at < values.length; at++)
        fill(values[at], axis + 1, offset + at * (strides[axis] as number));
    } else {
      throw invalid(
        `${name(axis, offset)} must be an array of length ${shape[axis]} like its siblings, but is ${describe(values)}. Pad or cut it.`,
      );
    }
  };
  fill(input, 0, 0);
  return { data, shape, dtype: "float32" };
}

function toNumber(value: unknown, name: () => string): number {
  if (typeof value === "number" || typeof value === "boolean") return Number(value);
  throw invalid(
    `${name()} must be a number, but is ${describe(value)}. Give numbers of one shape.`,
  );
}

function notColumn(input: unknown, what: string): UnequalError {
  return invalid(
    `${what} must be a tensor, a typed array, { data, shape } or nested arrays of numbers, but is ${describe(input)}. Convert it.`,
  );
}

/**
 * Brings a column of examples into the form that learners take.
 *
 * @param rows number of examples, to cut a typed array without a shape
 * @throws DATASET_INVALID naming the place: ragged, not numeric, or of a wrong size
 */
export function hostColumn(input: ColumnInput, what: string, rows?: number): HostArray {
  checkArrived(input, what);
  // what a program without types may hand over
  if (typeof input !== "object" || (input as unknown) === null) throw notColumn(input, what);
  if (isTensor(input)) return fromTensor(input, what);
  if (ArrayBuffer.isView(input)) return fromTyped(typed(input), rows, what);
  if (Array.isArray(input)) return fromNested(input as NestedNumbers, what);
  if ("data" in input && "shape" in input) return shaped(typed(input.data), input.shape, what);
  throw notColumn(input, what);
}
