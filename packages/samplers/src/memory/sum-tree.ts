import { createFoldTree, sum, type FoldTree } from "./fold-tree.js";

/** Keeps numbers ≥ 0 with their sum, and finds a leaf by a point of the cumulative sum. */
export interface SumTree extends FoldTree {
  /**
   * Finds the leaf that a point of [0, sum) falls into: leaf i holds [Σ_{j<i} p_j, Σ_{j≤i} p_j). A leaf of 0 is never
   * found, wherever rounding may put the point, as long as the sum is positive. O(log size).
   */
  readonly find: (point: number) => number;
}

/**
 * Creates a sum tree over `size` leaves of 0. Sums are float64 and recomputed from both children at every change:
 * a tree that adds differences drifts until points fall beyond its sum.
 *
 * @see Schaul et al. 2015, Prioritized experience replay, appendix B.2.1
 */
export function createSumTree(size: number): SumTree {
  const tree = createFoldTree(size, sum);
  const { nodes, firstLeaf } = tree;
  return {
    ...tree,
    find: (point) => {
      let node = 1;
      let rest = point;
      while (node < firstLeaf) {
        const left = nodes[2 * node] as number;
        const right = nodes[2 * node + 1] as number;
        const goLeft = right === 0 || (left > 0 && rest < left);
        if (!goLeft) rest -= left;
        node = goLeft ? 2 * node : 2 * node + 1;
      }
      return node - firstLeaf;
    },
  };
}
