import type { HostArray } from "@unequal/core";

/** How far the numbers of a row may be from a sum of 1, rounded as they are. */
const ROUNDING = 1e-3;

/** Reads the class off C shares of 1, where one of them is the largest. */
function largestShare(row: HostArray["data"]): number | undefined {
  let [sum, largest, ties] = [0, 0, 0];
  row.forEach((share, at) => {
    sum += share < 0 ? Infinity : share;
    if (share === row[largest]) ties++;
    if (share <= (row[largest] as number)) return;
    [largest, ties] = [at, 1];
  });
  return ties === 1 && Math.abs(sum - 1) <= ROUNDING ? largest : undefined;
}

function fromShares({ data, shape }: HostArray): Int32Array | undefined {
  const [size = 0, classes = 1] = shape;
  const labels = new Int32Array(size);
  for (let row = 0; row < size; row++) {
    const label = largestShare(data.subarray(row * classes, (row + 1) * classes));
    if (label === undefined) return undefined;
    labels[row] = label;
  }
  return labels;
}

function fromIds({ data }: HostArray): Int32Array | undefined {
  const whole = data.every((value) => Number.isInteger(value) && value >= 0);
  return whole ? Int32Array.from(data) : undefined;
}

/**
 * Reads the class of every example off a column of targets: one-hot rows [N, C], smoothed or not, whose largest share
 * names it, or whole numbers ≥ 0, [N] or [N, 1]; undefined where the targets are neither.
 */
export function classLabels(targets: HostArray): Int32Array | undefined {
  const width = targets.shape.slice(1).reduce((product, length) => product * length, 1);
  if (width === 1) return fromIds(targets);
  return targets.shape.length === 2 ? fromShares(targets) : undefined;
}
