/** A binary tree over slots 0 … capacity − 1 in which each node combines its two children. */
export interface AggregateTree {
  readonly capacity: number;
  /** Node 1 is the root, the children of node k are 2k and 2k + 1; [2 · capacity]. Not to be written to. */
  readonly nodes: Float64Array;
  /** Tells which node is the leaf of a slot; leaves come in the order of slots, from left to right. */
  readonly leaf: (slot: number) => number;
  /** Tells which slot a leaf is of. */
  readonly slot: (leaf: number) => number;
  /** Returns the number of a slot. */
  readonly get: (slot: number) => number;
  /** Returns the numbers of all slots, [capacity]; owned by the caller. */
  readonly numbers: () => Float64Array;
  /** Sets the number of a slot, and recomputes what changes above it. O(log capacity). */
  readonly set: (slot: number, value: number) => void;
  /** Returns all slots combined. O(1). */
  readonly root: () => number;
}

/**
 * Creates a tree over any number of slots, powers of two or not, all of them holding `neutral` at first.
 *
 * Nodes are recomputed from their children, in float64, and never changed by differences: the root is what combining
 * all leaves gives, however often they were set. With capacity N and F the first power of two ≥ N, the leaves in
 * order are the nodes F … 2N − 1 and, one level higher up, N … F − 1: none is padding.
 *
 * @param combine associative, with `neutral` as its neutral element: a sum, a minimum, a maximum
 */
export function createAggregateTree(
  capacity: number,
  {
    neutral,
    combine,
  }: { readonly neutral: number; readonly combine: (a: number, b: number) => number },
): AggregateTree {
  const nodes = new Float64Array(2 * capacity).fill(neutral);
  const first = 2 ** Math.ceil(Math.log2(capacity));
  const leaf = (slot: number): number =>
    first + slot < 2 * capacity ? first + slot : first + slot - capacity;
  const get = (slot: number): number => nodes[leaf(slot)] as number;
  return {
    capacity,
    nodes,
    leaf,
    slot: (node) => (node >= first ? node - first : node - first + capacity),
    get,
    numbers: () => Float64Array.from({ length: capacity }, (_, slot) => get(slot)),
    set: (slot, value) => {
      let node = leaf(slot);
      nodes[node] = value;
      for (node >>>= 1; node > 0; node >>>= 1) {
        const combined = combine(nodes[2 * node] as number, nodes[2 * node + 1] as number);
        if (combined === nodes[node]) return;
        nodes[node] = combined;
      }
    },
    root: () => nodes[1] as number,
  };
}
