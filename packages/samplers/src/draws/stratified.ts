import { cumulativeSum } from "@unequal/core";
import type { Draw } from "./draw.js";
import { inProportion } from "./in-proportion.js";

/**
 * Draws one row from each of b equal segments: the candidates are shuffled and laid around a circle, as long each as
 * it is expected to be drawn; from a random start on, each piece of length 1 gives the row at a uniform point of it.
 *
 * A row expected e times lies in one piece or across a border, at a distance from it that the start makes uniform;
 * averaged over it, Var[times drawn] = e − e² + e³/3 for e < 1, and 1/3, that of the two ends, for e ≥ 1. O(B + b log B).
 *
 * @see Schaul et al. 2015, Prioritized experience replay, §3.3: "divided equally into k ranges"
 */
export const stratified: Draw = {
  expect: inProportion,
  variance: (expected) => (expected < 1 ? expected - expected ** 2 + expected ** 3 / 3 : 1 / 3),
  draw: (expected, random) => {
    const order = random.shuffle(Int32Array.from(expected.keys()));
    const { total, find } = cumulativeSum(
      Float64Array.from(order, (row) => expected[row] as number),
    );
    const count = Math.round(total);
    const start = random.uniform();
    return Int32Array.from({ length: count }, (_, piece) => {
      const point = (start + piece + random.uniform()) % count;
      return order[find((point * total) / count)] as number;
    });
  },
};
