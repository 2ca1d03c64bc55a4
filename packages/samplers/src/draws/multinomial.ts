import type { Draw } from "./draw.js";

/** Finds the first index whose cumulative sum exceeds a point: an index of probability 0 never does first. */
function search(cumulative: Float64Array, point: number): number {
  let low = 0;
  let high = cumulative.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((cumulative[middle] as number) > point) high = middle;
    else low = middle + 1;
  }
  return low;
}

/**
 * Draws independently, by binary search in the cumulative sum. Var[times drawn] = e (1 − e/b), stated as e: the
 * rest is shared by all draws of fixed size, and so that V = 1 in the gain. O(B + b log B).
 */
export const multinomial: Draw = {
  variance: (expected) => expected,
  draw: (probabilities, count, random) => {
    const cumulative = new Float64Array(probabilities.length);
    let total = 0;
    let last = 0;
    probabilities.forEach((p, row) => {
      total += p;
      cumulative[row] = total;
      if (p > 0) last = row;
    });
    const point = (): number => random.uniform() * total;
    return Int32Array.from({ length: count }, () => Math.min(search(cumulative, point()), last));
  },
};
