import type { Random } from "../../contracts/random.js";
import type { Selection } from "../../contracts/selection.js";

/**
 * Deals a selection of single rows out into `parts` batches at random: each is a draw of planned / parts rows from the same
 * population, in which a row is expected 1 / parts as often.
 */
export function splitSelection(
  selection: Selection,
  parts: number,
  random: Random,
): readonly Selection[] {
  if (parts === 1) return [selection];
  const { rows, expected, leastExpected, planned, population } = selection;
  const order = random.shuffle(Int32Array.from(rows.keys()));
  // where parts cannot be equal, none is the larger one more often than another
  const first = random.integer(parts);
  return Array.from({ length: parts }, (_, part) => {
    const entries = order.filter((_entry, at) => (at + first) % parts === part);
    return {
      rows: entries.map((entry) => rows[entry] as number),
      ...(expected && {
        expected: Float64Array.from(entries, (entry) => (expected[entry] as number) / parts),
      }),
      ...(leastExpected !== undefined && { leastExpected: leastExpected / parts }),
      planned: planned / parts,
      population,
    };
  });
}
