/** Keeps the fold of many numbers, such as their sum or least, while they change one at a time. */
export interface FoldTree {
  /** Number of leaves. */
  readonly size: number;
  /** The fold of all leaves; `empty` for none. */
  readonly whole: () => number;
  readonly get: (leaf: number) => number;
  /** Sets a leaf, and recomputes the folds that it changes, from both children: nothing drifts. O(log size). */
  readonly set: (leaf: number, value: number) => void;
  /** The folds from the root on, node n above 2n and 2n + 1; leaves begin at `firstLeaf`. Borrowed. */
  readonly nodes: Float64Array;
  readonly firstLeaf: number;
}

/** An associative operation and its neutral element. */
export interface Fold {
  readonly empty: number;
  readonly combine: (left: number, right: number) => number;
}

/** Folds to the sum. */
export const sum: Fold = { empty: 0, combine: (left, right) => left + right };
/** Folds to the least number; infinite for none. */
export const least: Fold = { empty: Infinity, combine: (left, right) => Math.min(left, right) };
/** Folds to the largest number; −∞ for none. */
export const largest: Fold = { empty: -Infinity, combine: (left, right) => Math.max(left, right) };

/** Creates a tree over `size` leaves, any number ≥ 1, all empty, in float64. O(size). */
export function createFoldTree(size: number, { empty, combine }: Fold): FoldTree {
  const firstLeaf = 2 ** Math.ceil(Math.log2(Math.max(1, size)));
  const nodes = new Float64Array(2 * firstLeaf).fill(empty);
  return {
    size,
    nodes,
    firstLeaf,
    whole: () => nodes[1] as number,
    get: (leaf) => nodes[firstLeaf + leaf] as number,
    set: (leaf, value) => {
      let node = firstLeaf + leaf;
      nodes[node] = value;
      for (node >>= 1; node >= 1; node >>= 1) {
        const fold = combine(nodes[2 * node] as number, nodes[2 * node + 1] as number);
        if (fold === nodes[node]) return;
        nodes[node] = fold;
      }
    },
  };
}
