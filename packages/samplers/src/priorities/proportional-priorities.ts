import { restored } from "@unequal/core";
import { createFoldTree, largest, least } from "../memory/fold-tree.js";
import { createSumTree } from "../memory/sum-tree.js";
import type { Priorities } from "./priorities.js";

/** Sets the exponent and the floor of proportional priorities. */
export interface ProportionalOptions {
  /** α ≥ 0: 0 draws uniformly. */
  readonly alpha: number;
  /** ε > 0: what keeps a magnitude of 0 within reach. */
  readonly epsilon: number;
}

/**
 * Creates priorities p_i = (|δ_i| + ε)^α, P(i) = p_i / Σp, on a sum tree: O(log N) to set and to find.
 *
 * @see Schaul et al. 2015, Prioritized experience replay, eq. 1 and §3.3, proportional prioritization
 */
export function proportionalPriorities(
  capacity: number,
  { alpha, epsilon }: ProportionalOptions,
): Priorities {
  const powers = createSumTree(capacity);
  const smallest = createFoldTree(capacity, least);
  const magnitudes = createFoldTree(capacity, largest);
  let size = 0;
  const set = (slot: number, magnitude: number): void => {
    const power = (magnitude + epsilon) ** alpha;
    powers.set(slot, power);
    smallest.set(slot, power);
    magnitudes.set(slot, magnitude);
    size = Math.max(size, slot + 1);
  };
  return {
    size: () => size,
    set,
    magnitude: (slot) => magnitudes.get(slot),
    largest: () => (magnitudes.whole() > 0 ? magnitudes.whole() : 1),
    at: (share) => powers.find(share * powers.whole()),
    probability: (slot) => powers.get(slot) / powers.whole(),
    leastProbability: () => smallest.whole() / powers.whole(),
    state: () => ({
      version: 1,
      magnitudes: magnitudes.nodes.slice(magnitudes.firstLeaf, magnitudes.firstLeaf + size),
    }),
    restore: (state) => {
      const saved = restored<{ magnitudes: Float64Array }>(state, 1, "proportional priorities");
      size = 0;
      for (const [tree, empty] of [
        [powers, 0],
        [smallest, Infinity],
        [magnitudes, -Infinity],
      ] as const)
        tree.nodes.fill(empty);
      saved.magnitudes.forEach((magnitude, slot) => set(slot, magnitude));
    },
  };
}
