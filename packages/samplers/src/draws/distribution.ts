import type { Random, Selection } from "@unequal/core";

/** A law over the ids 0 … N − 1 that can be drawn from again and again. */
export interface Distribution {
  /** N. */
  readonly size: number;
  /** p of an id; they sum to 1. */
  readonly probability: (id: number) => number;
  readonly draw: (random: Random) => number;
}

/** Draws `count` ids independently, E[times drawn] = count · p each: what a first stage proposes. */
export function drawIds(
  { size, probability, draw }: Distribution,
  count: number,
  random: Random,
): Selection {
  const rows = Int32Array.from({ length: count }, () => draw(random));
  const expected = Float64Array.from(rows, (id) => count * probability(id));
  return { rows, expected, planned: count, population: size };
}
