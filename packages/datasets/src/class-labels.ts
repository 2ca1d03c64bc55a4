import type { HostArray } from "@unequal/core";

function fromOneHot({ data, shape }: HostArray): Int32Array | undefined {
  const [size = 0, classes = 1] = shape;
  const labels = new Int32Array(size);
  for (let row = 0; row < size; row++) {
    let sum = 0;
    for (let at = 0; at < classes; at++) {
      const value = data[row * classes + at] ?? 0;
      if (value === 1) labels[row] = at;
      sum += Math.abs(value);
    }
    if (sum !== 1 || data[row * classes + (labels[row] ?? 0)] !== 1) return undefined;
  }
  return labels;
}

function fromIds({ data }: HostArray): Int32Array | undefined {
  const whole = data.every((value) => Number.isInteger(value) && value >= 0);
  return whole ? Int32Array.from(data) : undefined;
}

/**
 * Reads the class of every example off a column of targets: one-hot rows [N, C], or whole numbers ≥ 0,
 * [N] or [N, 1]; undefined where the targets are neither.
 */
export function classLabels(targets: HostArray): Int32Array | undefined {
  const width = targets.shape.slice(1).reduce((product, length) => product * length, 1);
  if (width === 1) return fromIds(targets);
  return targets.shape.length === 2 ? fromOneHot(targets) : undefined;
}
