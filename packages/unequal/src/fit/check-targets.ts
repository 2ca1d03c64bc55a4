import { checkClassIds, exampleAt, type TargetColumn } from "@unequal/backends";
import { UnequalError, type HostArray } from "@unequal/core";

/** How far shares may lie outside 0 and 1, rounded as they are. */
const ROUNDING = 1e-5;

function outside(share: number): boolean {
  return share < -ROUNDING || share > 1 + ROUNDING;
}

/** Whole numbers beyond 0 and 1 are classes or unscaled pixels; others may be meant, such as 1.1 for one-sided smoothing. */
function checkShares(column: HostArray, { name }: TargetColumn): readonly string[] {
  const { data } = column;
  const at = data.findIndex(outside);
  if (at < 0) return [];
  const place = `example ${exampleAt(column, at)} has ${data[at]}`;
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
    if (empty++ === 0) first = exampleAt(column, from);
  }
  if (empty === 0) return [];
  return [
    `${empty} of ${data.length / width} targets of "${name}" hold nothing but zeros, the first in example ${first}: they belong to no class, and nothing is learnt of them. tf.oneHot gives such a row for a class that is not from 0 to ${width - 1}.`,
  ];
}

/**
 * Checks the targets of an output against its built-in loss: class ids must be those of its outputs, shares must lie between
 * 0 and 1. Returns what may be meant, but seldom is. NaN in shares is left to the loss, which names the
 * example.
 *
 * @throws DATASET_INVALID naming the example
 */
export function checkTargets(column: HostArray, target: TargetColumn): readonly string[] {
  checkClassIds(column, target, "example");
  if (target.loss === "binaryCrossentropy") return checkShares(column, target);
  return target.loss === "categoricalCrossentropy" ? noteEmptyRows(column, target) : [];
}
