import { UnequalError } from "@unequal/core";
import { checkArrived } from "./check-arrived.js";
import type { ColumnForm } from "./column-form.js";

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

/** Tells a tensor, a typed array or `{ data, shape }`, which are one column each. */
function isColumn(value: object): boolean {
  return (
    ArrayBuffer.isView(value) ||
    typeof (value as { dataSync?: unknown }).dataSync === "function" ||
    ("data" in value && "shape" in value)
  );
}

/** Tells a list of columns from nested arrays of numbers, which are one. */
export function isColumnList(value: unknown): value is readonly unknown[] {
  if (!Array.isArray(value)) return false;
  const first: unknown = value[0];
  return isObject(first) && !Array.isArray(first);
}

/** Tells columns by name from a column, a list or a value that is none. */
export function isColumnRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return isObject(value) && !Array.isArray(value) && !isColumn(value);
}

function mismatch(
  forms: readonly ColumnForm[],
  what: "input" | "target",
  came: string,
): UnequalError {
  const names = forms.map(({ name }) => name).join(", ");
  return new UnequalError(
    "SHAPE_MISMATCH",
    `The model has ${forms.length} ${what}${forms.length === 1 ? "" : "s"} (${names}), but the dataset gives ${came}. Give one column for each, in this order or by name.`,
  );
}

function fromList(
  list: readonly unknown[],
  forms: readonly ColumnForm[],
  { name, what }: ColumnsName,
): readonly unknown[] {
  if (list.length === forms.length && (forms.length > 1 || isColumnList(list))) return list;
  if (!isColumnList(list)) {
    if (forms.length === 1) return [list];
    throw mismatch(forms, what, "1");
  }
  if (forms.length > 1) throw mismatch(forms, what, String(list.length));
  throw new UnequalError(
    "SHAPE_MISMATCH",
    `${name} is a list of ${list.length} tensors or arrays, but the model has one ${what}, "${forms[0]?.name ?? ""}". Join the examples into one: tf.stack(list).`,
  );
}

/** How columns are called in errors. */
export interface ColumnsName {
  readonly name: string;
  readonly what: "input" | "target";
}

/**
 * Picks the columns of a model's inputs or targets, in the model's order, of what TensorFlow.js takes: one column, a list
 * in that order, or a record by name, whose other entries are left alone.
 *
 * @throws SHAPE_MISMATCH if one is missing or they are of another number; DATASET_INVALID for a promise
 */
export function pickColumns(
  given: unknown,
  forms: readonly ColumnForm[],
  { name, what }: ColumnsName,
): readonly unknown[] {
  checkArrived(given, name);
  if (Array.isArray(given)) return fromList(given, forms, { name, what });
  if (isColumnRecord(given)) {
    if (forms.every((form) => given[form.name] !== undefined && given[form.name] !== null))
      return forms.map((form) => given[form.name]);
    throw mismatch(forms, what, Object.keys(given).join(", ") || "none");
  }
  if (forms.length === 1) return [given];
  throw mismatch(forms, what, "1");
}
