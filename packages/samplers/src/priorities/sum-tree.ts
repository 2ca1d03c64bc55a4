import { createAggregateTree, type AggregateTree } from "./aggregate-tree.js";

/** Sums of numbers ≥ 0 over ranges of slots: what draws in proportion to them. */
export interface SumTree extends Pick<AggregateTree, "capacity" | "get" | "numbers" | "set"> {
  /** Returns the sum of all slots. O(1). */
  readonly total: () => number;
  /**
   * Finds the slot that a point of [0, total) falls to, the first whose cumulative sum exceeds it, as a linear scan would.
   * A slot of 0 is never found, also where rounding puts the point at the end of its range or beyond. O(log capacity).
   */
  readonly find: (point: number) => number;
}

/**
 * Creates a float64 sum tree over any number of slots, all 0 at first.
 *
 * @see Schaul et al. 2015, Prioritized experience replay, appendix B.2.1
 */
export function createSumTree(capacity: number): SumTree {
  const tree = createAggregateTree(capacity, { neutral: 0, combine: (a, b) => a + b });
  const { nodes, get, numbers, set, root, slot } = tree;
  return {
    capacity,
    get,
    numbers,
    set,
    total: root,
    find: (point) => {
      let node = 1;
      let rest = point;
      while (node < capacity) {
        node *= 2;
        const left = nodes[node] as number;
        // Sums round: a point that has outrun its range stays among the slots that are not 0.
        if (rest < left || nodes[node + 1] === 0) continue;
        rest -= left;
        node += 1;
      }
      return slot(node);
    },
  };
}
