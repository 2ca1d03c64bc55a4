import { firstIndex } from "./first-index.js";

/** A sorted list of distinct numbers whose ranks are at hand. */
export interface SortedBlocks {
  /** Puts an element in its place. */
  readonly insert: (element: number) => void;
  /** Takes an element out, while it still compares as when it was inserted. */
  readonly remove: (element: number) => void;
  /** Returns the element of a rank, 0 the first. */
  readonly at: (rank: number) => number;
  /** Returns the rank of an element that is in the list. */
  readonly rankOf: (element: number) => number;
}

/** Elements per block: a full one is halved, and neighbours that fit in three quarters of one are joined. */
const MOST = 1024;

function halfFull(sorted: Uint32Array): number[][] {
  const length = MOST / 2;
  return Array.from({ length: Math.ceil(sorted.length / length) }, (_, index) => [
    ...sorted.subarray(index * length, (index + 1) * length),
  ]);
}

/**
 * Creates a list of blocks of sorted elements. To insert or remove takes a binary search and a move of at most
 * {@link MOST} elements; a rank, a walk over the blocks, of which there are some thousands for a million elements.
 *
 * @param sorted the elements at the start, in order
 * @param precedes a strict total order of the elements
 */
export function createSortedBlocks(
  sorted: Uint32Array,
  precedes: (a: number, b: number) => boolean,
): SortedBlocks {
  const blocks = halfFull(sorted);
  const block = (index: number): number[] => blocks[index] as number[];
  /** Finds the block that an element belongs in, and its place there. */
  const locate = (element: number): { readonly index: number; readonly place: number } => {
    const after = firstIndex(blocks.length, (at) => precedes(element, block(at)[0] as number));
    const index = Math.max(0, after - 1);
    const { length } = block(index);
    const place = firstIndex(length, (at) => !precedes(block(index)[at] as number, element));
    return { index, place };
  };
  return {
    insert: (element) => {
      if (blocks.length === 0) blocks.push([]);
      const { index, place } = locate(element);
      const list = block(index);
      list.splice(place, 0, element);
      if (list.length > MOST) blocks.splice(index + 1, 0, list.splice(MOST / 2));
    },
    remove: (element) => {
      const { index, place } = locate(element);
      const [list, next = []] = blocks.slice(index, index + 2) as [number[], number[]?];
      list.splice(place, 1);
      if (list.length === 0) blocks.splice(index, 1);
      else if (list.length + next.length < 0.75 * MOST) blocks.splice(index, 2, [...list, ...next]);
    },
    at: (rank) => {
      let left = rank;
      let index = 0;
      while (left >= block(index).length) left -= block(index++).length;
      return block(index)[left] as number;
    },
    rankOf: (element) => {
      const { index, place } = locate(element);
      return blocks.slice(0, index).reduce((sum, { length }) => sum + length, place);
    },
  };
}
