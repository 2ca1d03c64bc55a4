import * as tf from "@tensorflow/tfjs";
import { UnequalError, type Columns, type HostArray } from "@unequal/core";

/** What one input or target must look like: the shape of one example, `null` for any size. */
export interface ColumnShape {
  readonly name: string;
  /** Absent: anything goes. */
  readonly shape?: readonly (number | null)[];
  /** The type to convert to; absent: the column's own. */
  readonly dtype?: "float32";
}

function ordered(
  columns: Columns,
  expected: readonly ColumnShape[],
  what: string,
): readonly HostArray[] {
  const names = expected.map(({ name }) => name);
  const list = Array.isArray(columns)
    ? (columns as readonly HostArray[])
    : names.map((name) => (columns as Readonly<Record<string, HostArray | undefined>>)[name]);
  const complete = list.every((column): column is HostArray => column !== undefined);
  if (complete && list.length === expected.length) return list;
  const came = Array.isArray(columns) ? `${list.length}` : Object.keys(columns).join(", ");
  throw new UnequalError(
    "SHAPE_MISMATCH",
    `The model has ${expected.length} ${what} (${names.join(", ")}), but the dataset gives ${came}. Give one column for each, in this order or by name.`,
  );
}

/** Shapes differ by a trailing 1 only where a column of numbers is given without its axis. */
function fits(shape: readonly number[], expected: readonly (number | null)[]): boolean {
  return (
    shape.length === expected.length &&
    expected.every((size, axis) => size === null || size === shape[axis])
  );
}

function rowShape(
  column: HostArray,
  { name, shape }: ColumnShape,
  what: string,
): readonly number[] {
  const given = column.shape.slice(1);
  if (shape === undefined || fits(given, shape)) return given;
  if (fits([...given, 1], shape)) return [...given, 1];
  throw new UnequalError(
    "SHAPE_MISMATCH",
    `The ${what} "${name}" must have examples of shape [${shape.map((size) => size ?? "any").join(", ")}], but the dataset gives [${given.join(", ")}]. Change the data, or the model${what === "target" ? " or its loss" : ""}.`,
  );
}

/**
 * Puts columns on the engine, in the model's order, with their shapes checked.
 * @throws SHAPE_MISMATCH naming the column, what it must be and what came
 */
export function columnsToTensors(
  columns: Columns,
  expected: readonly ColumnShape[],
  what: "input" | "target",
): tf.Tensor[] {
  const list = ordered(columns, expected, `${what}${expected.length === 1 ? "" : "s"}`);
  const shapes = list.map((column, at) =>
    rowShape(column, expected[at] ?? { name: String(at) }, what),
  );
  return list.map((column, at) => {
    const { data } = column;
    const dtype = expected[at]?.dtype ?? column.dtype;
    return tf.tensor(data, [column.shape[0] ?? 0, ...(shapes[at] ?? [])], dtype);
  });
}
