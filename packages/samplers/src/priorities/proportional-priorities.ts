import { restored } from "@unequal/core";
import { createAggregateTree } from "./aggregate-tree.js";
import { magnitude, checkNumbers, stratifiedPoints, type Priorities } from "./priorities.js";
import { createSumTree } from "./sum-tree.js";

/** Bounds of p, far from where float64 ends, so that sums of them stay finite and none is 0. */
const LEAST = 2 ** -900;
const MOST = 2 ** 900;

/**
 * Creates proportional priorities: P(i) = p_i / Σp, p_i = (|δ_i| + ε)^α, kept as p_i in a sum tree, with their minimum
 * and maximum beside it. Setting one takes O(log capacity), drawing k O(k log capacity).
 *
 * @see Schaul et al. 2015, Prioritized experience replay, eq. 1 and §3.3
 */
export function createProportionalPriorities(
  capacity: number,
  { alpha, epsilon }: { readonly alpha: number; readonly epsilon: number },
): Priorities {
  const sums = createSumTree(capacity);
  const minima = createAggregateTree(capacity, { neutral: Infinity, combine: Math.min });
  const maxima = createAggregateTree(capacity, { neutral: 0, combine: Math.max });
  let size = 0;
  const put = (slot: number, p: number): void => {
    size += Number(p > 0) - Number(sums.get(slot) > 0);
    sums.set(slot, p);
    minima.set(slot, p > 0 ? p : Infinity);
    maxima.set(slot, p);
  };
  const probability = (slot: number): number => sums.get(slot) / sums.total();
  return {
    size: () => size,
    set: (slot, error) => {
      put(slot, Math.min(MOST, Math.max(LEAST, (magnitude(error) + epsilon) ** alpha)));
    },
    // The power is monotone: the largest p is that of the largest |δ|, and is not to be raised to α once more.
    admit: (slot) => {
      put(slot, 0);
      put(slot, size === 0 ? 1 : maxima.root());
    },
    probability,
    least: () => minima.root() / sums.total(),
    draw: (count, random) => {
      const points = stratifiedPoints(count, random);
      const slots = Int32Array.from(points, (point) => sums.find(point * sums.total()));
      return { slots, probabilities: Float64Array.from(slots, probability) };
    },
    state: () => ({ version: 1, powers: sums.numbers() }),
    restore: (state) => {
      const { powers } = restored<{ powers?: Float64Array }>(state, 1, "proportional priorities");
      checkNumbers(powers, capacity).forEach((p, slot) => put(slot, p));
    },
  };
}
