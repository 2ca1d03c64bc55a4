import { UnequalError, type HostArray } from "@unequal/core";
import type { TargetColumn } from "./model-columns.js";

/** Names the example, by its place in a column, that the value at a place of its data belongs to. */
export function exampleAt({ data, shape }: HostArray, at: number): number {
  return Math.floor((at * (shape[0] ?? 1)) / data.length);
}

/**
 * Checks that class ids are whole numbers from 0 to C − 1, where an output of C shares is trained by them. An id that is not
 * would have no share, so that its loss were 0, and nothing learnt of it; NaN
 * would be class 0.
 *
 * @param unit what a row of the column is called
 * @throws DATASET_INVALID naming the first such row
 */
export function checkClassIds(
  column: HostArray,
  { name, width, loss }: TargetColumn,
  unit: "example" | "row",
): void {
  if (loss !== "sparseCategoricalCrossentropy") return;
  const { data } = column;
  const last = (width ?? Infinity) - 1;
  const at = data.findIndex((id) => !(Number.isInteger(id) && id >= 0 && id <= last));
  if (at < 0) return;
  const fromOne = last < Infinity && data.every((id) => id >= 1 && id <= last + 1);
  const where = unit === "example" ? "example" : "row (of this batch)";
  throw new UnequalError(
    "DATASET_INVALID",
    `Under ${loss} the targets of "${name}" must be whole numbers from 0 to ${last}, one class for each of the ${last + 1} outputs, but ${where} ${exampleAt(column, at)} has ${data[at]}. ${fromOne ? "They are counted from 1: subtract 1." : "Correct them; an example that is to be left out takes any of these classes, and sampleWeight 0."}`,
  );
}
