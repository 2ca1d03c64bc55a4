import type { TargetColumn } from "@unequal/backends";
import { UnequalError, type HostArray } from "@unequal/core";

/** How far shares may lie outside 0 and 1, rounded as they are. */
const ROUNDING = 1e-5;

/** Names the example that a value of a column belongs to. */
export function exampleOf({ data, shape }: HostArray, at: number): number {
  return Math.floor((at * (shape[0] ?? 1)) / data.length);
}

function checkIds(column: HostArray, { name, width }: TargetColumn): void {
  const { data } = column;
  const last = (width ?? Infinity) - 1;
  const at = data.findIndex((id) => !(Number.isInteger(id) && id >= 0 && id <= last));
  if (at < 0 || Number.isNaN(data[at])) return;
  const fromOne = last < Infinity && data.every((id) => id >= 1 && id <= last + 1);
  throw new UnequalError(
    "DATASET_INVALID",
    `Under sparseCategoricalCrossentropy the targets of "${name}" must be whole numbers from 0 to ${last}, one class for each of the ${last + 1} outputs, but example ${exampleOf(column, at)} has ${data[at]}. ${fromOne ? "They are counted from 1: subtract 1." : "Correct them, or give examples that are to be left out sampleWeight 0."}`,
  );
}

function outside(share: number): boolean {
  return share < -ROUNDING || share > 1 + ROUNDING;
}

/** Whole numbers beyond 0 and 1 are classes or unscaled pixels; others may be meant, such as 1.1 for one-sided smoothing. */
function checkShares(column: HostArray, { name }: TargetColumn): readonly string[] {
  const { data } = column;
  const at = data.findIndex(outside);
  if (at < 0) return [];
  const place = `example ${exampleOf(column, at)} has ${data[at]}`;
  if (data.some((share) => !Number.isInteger(share) && !Number.isNaN(share))) {
    return [
      `Under binaryCrossentropy the targets of "${name}" should lie between 0 and 1, but ${place}: the loss of such an example has no minimum.`,
    ];
  }
  throw new UnequalError(
    "DATASET_INVALID",
    `Under binaryCrossentropy the targets of "${name}" must be 0 or 1, or shares between them, but ${place}. Map classes to 0 and 1, or scale the numbers to 0 … 1.`,
  );
}

/** A class that is out of range has no 1 in its one-hot row, which then teaches nothing; it may also be meant. */
function noteEmptyRows(column: HostArray, { name }: TargetColumn): readonly string[] {
  const { data, shape } = column;
  const width = shape.at(-1) ?? 1;
  let [first, empty] = [-1, 0];
  for (let from = 0; from < data.length; from += width) {
    let at = from;
    while (at < from + width && data[at] === 0) at++;
    if (at < from + width) continue;
    if (empty++ === 0) first = exampleOf(column, from);
  }
  if (empty === 0) return [];
  return [
    `${empty} of ${data.length / width} targets of "${name}" hold nothing but zeros, the first in example ${first}: they belong to no class, and nothing is learnt of them. tf.oneHot gives such a row for a class that is not from 0 to ${width - 1}.`,
  ];
}

/**
 * Checks the targets of an output against its built-in loss: class ids must be those of its outputs, shares must lie between
 * 0 and 1. Returns what may be meant, but seldom is. NaN is left to the loss, which names the example.
 *
 * @throws DATASET_INVALID naming the example
 */
export function checkTargets(column: HostArray, target: TargetColumn): readonly string[] {
  if (target.loss === "sparseCategoricalCrossentropy") checkIds(column, target);
  if (target.loss === "binaryCrossentropy") return checkShares(column, target);
  return target.loss === "categoricalCrossentropy" ? noteEmptyRows(column, target) : [];
}
