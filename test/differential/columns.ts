import * as tf from "@tensorflow/tfjs";
import { createRandom } from "@unequal/core";

/** Numbers of some examples on the host; the first axis is the example. */
export interface Column {
  readonly data: Float32Array | Int32Array;
  readonly shape: readonly number[];
}

/** One column, several in the model's order, or several by name. */
export type Columns = Column | readonly Column[] | Readonly<Record<string, Column>>;

/** Numbers nested as deep as the column has axes. */
type Nested = number | readonly Nested[];

function length(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** Draws numbers between -1 and 1; the same seed gives the same numbers. */
export function numbers(shape: readonly number[], seed: string): Column {
  const random = createRandom(`differential ${seed}`);
  const data = Float32Array.from({ length: length(shape) }, () => 2 * random.uniform() - 1);
  return { data, shape };
}

/** Maps each number of a column, so that targets suit a loss: shares, counts, signs. */
export function mapped(column: Column, change: (value: number) => number): Column {
  return { ...column, data: Float32Array.from(column.data, change) };
}

/** Draws whole numbers from 0 up to, but without, `bound`. */
export function integers(shape: readonly number[], bound: number, seed: string): Column {
  const random = createRandom(`differential ${seed}`);
  const data = Int32Array.from({ length: length(shape) }, () => random.integer(bound));
  return { data, shape };
}

/** Draws one-hot rows: [...shape, classes]. */
export function oneHot(shape: readonly number[], classes: number, seed: string): Column {
  const { data: labels } = integers(shape, classes, seed);
  const data = new Float32Array(labels.length * classes);
  labels.forEach((label, at) => (data[at * classes + label] = 1));
  return { data, shape: [...shape, classes] };
}

/** Puts a column on the engine. */
export function toTensor({ data, shape }: Column): tf.Tensor {
  return tf.tensor(data, [...shape], data instanceof Int32Array ? "int32" : "float32");
}

/** Writes a column as nested arrays. */
export function toNested({ data, shape }: Column): Nested[] {
  const nest = (axis: number, from: number): Nested => {
    if (axis === shape.length) return data[from] as number;
    const stride = length(shape.slice(axis + 1));
    return Array.from({ length: shape[axis] as number }, (_, at) =>
      nest(axis + 1, from + at * stride),
    );
  };
  return nest(0, 0) as Nested[];
}

function isColumn(columns: Columns): columns is Column {
  return "data" in columns && "shape" in columns;
}

/** Replaces every column, and keeps how they come: alone, in a list or by name. */
export function mapColumns<T>(
  columns: Columns,
  change: (column: Column) => T,
): T | T[] | Record<string, T> {
  if (isColumn(columns)) return change(columns);
  if (Array.isArray(columns)) return (columns as readonly Column[]).map(change);
  const named = Object.entries(columns as Readonly<Record<string, Column>>);
  return Object.fromEntries(named.map(([name, column]) => [name, change(column)]));
}
