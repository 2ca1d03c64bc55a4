import { restored, type Stateful } from "@unequal/core";
import type { Priorities } from "./priorities.js";

/** Sets the exponent of rank-based priorities, and how often they are sorted. */
export interface RankOptions {
  /** α ≥ 0: 0 draws uniformly. */
  readonly alpha: number;
  /** Changes between two full sorts. */
  readonly sortEvery: number;
}

/** A binary heap of slots, the largest magnitude first, that knows where each slot stands. */
interface Heap {
  /** Magnitude of each slot, [capacity]. */
  readonly magnitudes: Float64Array;
  /** Slot at each place, [capacity]; the parent of place k is ⌊(k − 1)/2⌋. */
  readonly slots: Uint32Array;
  /** Place of each slot, [capacity]. */
  readonly places: Uint32Array;
  size: number;
  /** Magnitudes set so far. */
  changes: number;
}

function put(heap: Heap, place: number, slot: number): void {
  heap.slots[place] = slot;
  heap.places[slot] = place;
}

/** Moves a slot up or down to where its magnitude belongs. O(log N). */
function settle(heap: Heap, slot: number): void {
  const { magnitudes, slots, places } = heap;
  const at = (place: number): number => magnitudes[slots[place] as number] as number;
  const own = magnitudes[slot] as number;
  let place = places[slot] as number;
  while (place > 0 && at((place - 1) >> 1) < own) {
    put(heap, place, slots[(place - 1) >> 1] as number);
    place = (place - 1) >> 1;
  }
  for (;;) {
    let child = 2 * place + 1;
    if (child >= heap.size) break;
    if (child + 1 < heap.size && at(child + 1) > at(child)) child += 1;
    if (at(child) <= own) break;
    put(heap, place, slots[child] as number);
    place = child;
  }
  put(heap, place, slot);
}

/** Sorts the heap: a falling array is one. Equal magnitudes go by slot. O(N log N). */
function sort(heap: Heap): void {
  const { magnitudes, slots, size } = heap;
  const of = (slot: number): number => magnitudes[slot] as number;
  const sorted = slots.slice(0, size).sort((a, b) => of(b) - of(a) || a - b);
  sorted.forEach((slot, place) => {
    put(heap, place, slot);
  });
}

/** C_n = Σ_{r ≤ n} r^−α, for n = 0 … capacity. */
function cumulativePowers(capacity: number, alpha: number): Float64Array {
  const sums = new Float64Array(capacity + 1);
  for (let rank = 1; rank <= capacity; rank++)
    sums[rank] = (sums[rank - 1] as number) + rank ** -alpha;
  return sums;
}

/** The first place whose cumulative power exceeds a point. O(log N). */
function placeAt(sums: Float64Array, size: number, point: number): number {
  let [low, high] = [0, size - 1];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sums[middle + 1] as number) > point) high = middle;
    else low = middle + 1;
  }
  return low;
}

function stateOf(heap: Heap): Stateful {
  return {
    state: () => ({
      version: 1,
      changes: heap.changes,
      magnitudes: heap.magnitudes.slice(0, heap.size),
      slots: heap.slots.slice(0, heap.size),
    }),
    restore: (state) => {
      const saved = restored<Pick<Heap, "changes" | "magnitudes" | "slots">>(
        state,
        1,
        "rank-based priorities",
      );
      heap.changes = saved.changes;
      heap.size = saved.slots.length;
      heap.magnitudes.set(saved.magnitudes);
      saved.slots.forEach((slot, place) => {
        put(heap, place, slot);
      });
    },
  };
}

/**
 * Creates priorities p_i = (1 / rank_i)^α, P(i) = p_i / Σp, rank 1 the largest magnitude. As in the paper a binary heap
 * stands for the sorted array: ranks are places in it, exact after each of the sorts that follow `sortEvery` changes,
 * and near in between. O(log N) to set and to find.
 *
 * @see Schaul et al. 2015, Prioritized experience replay, §3.3, rank-based prioritization, and appendix B.2.1
 */
export function rankPriorities(capacity: number, { alpha, sortEvery }: RankOptions): Priorities {
  const sums = cumulativePowers(capacity, alpha);
  const heap: Heap = {
    magnitudes: new Float64Array(capacity),
    slots: new Uint32Array(capacity),
    places: new Uint32Array(capacity),
    size: 0,
    changes: 0,
  };
  const total = (): number => sums[heap.size] as number;
  const power = (place: number): number => (place + 1) ** -alpha;
  return {
    size: () => heap.size,
    set: (slot, magnitude) => {
      heap.magnitudes[slot] = magnitude;
      if (slot >= heap.size) put(heap, heap.size++, slot);
      settle(heap, slot);
      if (++heap.changes % sortEvery === 0) sort(heap);
    },
    magnitude: (slot) => heap.magnitudes[slot] as number,
    largest: () => {
      const most = heap.size === 0 ? 0 : (heap.magnitudes[heap.slots[0] as number] as number);
      return most > 0 ? most : 1;
    },
    at: (share) => heap.slots[placeAt(sums, heap.size, share * total())] as number,
    probability: (slot) => power(heap.places[slot] as number) / total(),
    leastProbability: () => power(heap.size - 1) / total(),
    ...stateOf(heap),
  };
}
