import type { Pool } from "@unequal/core";
import { anchorsOf, type Anchor } from "./miner.js";

/** Lists the triplets, [G · 3] as anchor, positive, negative, of the pairs (positive, negative) chosen for each anchor. */
export function tripletsOf(
  pool: Pool,
  pairs: (anchor: Anchor) => readonly (readonly [positive: number, negative: number])[],
): readonly number[] {
  const triplets: number[] = [];
  for (const anchor of anchorsOf(pool))
    for (const [positive, negative] of pairs(anchor)) triplets.push(anchor.row, positive, negative);
  return triplets;
}

/** Chooses all pairs (positive, negative) of an anchor whose gap d(a,n) − d(a,p) passes. */
export function pairsByGap(
  { positives, negatives, distances }: Anchor,
  passes: (gap: number) => boolean,
): readonly (readonly [number, number])[] {
  const to = (row: number): number => distances[row] as number;
  return positives.flatMap((positive) =>
    negatives
      .filter((negative) => passes(to(negative) - to(positive)))
      .map((negative) => [positive, negative] as const),
  );
}

/** Returns the row of the smallest value, the first of equals; undefined of none. */
export function least(rows: readonly number[], value: (row: number) => number): number | undefined {
  let best: number | undefined;
  for (const row of rows) if (best === undefined || value(row) < value(best)) best = row;
  return best;
}
