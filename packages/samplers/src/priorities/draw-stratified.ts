import type { Random } from "@unequal/core";
import type { Priorities } from "./priorities.js";

/**
 * Draws `count` slots, one from each of `count` segments of equal probability: E[times drawn_i] = count · P(i), with
 * less variance than independent draws. O(count log N).
 *
 * @see Schaul et al. 2015, Prioritized experience replay, §3.3 and appendix B.2.1 (stratified minibatches)
 */
export function drawStratified(priorities: Priorities, count: number, random: Random): Int32Array {
  return Int32Array.from({ length: count }, (_, segment) =>
    priorities.at((segment + random.uniform()) / count),
  );
}
