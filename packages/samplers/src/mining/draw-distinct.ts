import type { Random } from "@unequal/core";

/** Draws `count` of the numbers 0 … size − 1 alike, without replacement, in random order: the first swaps of a shuffle. O(count). */
export function drawDistinct(size: number, count: number, random: Random): Int32Array {
  const moved = new Map<number, number>();
  return Int32Array.from({ length: Math.min(count, size) }, (_, at) => {
    const from = at + random.integer(size - at);
    const drawn = moved.get(from) ?? from;
    moved.set(from, moved.get(at) ?? at);
    return drawn;
  });
}
