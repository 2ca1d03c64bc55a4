import type { Draw } from "./draw.js";
import { inProportion } from "./in-proportion.js";

/**
 * Draws at equal distances: the candidates are shuffled, and b points k + u, k = 0 … b − 1, with one uniform
 * offset u, are looked up in the cumulative sum of their expectations. A row expected e times is drawn ⌊e⌋ or ⌈e⌉
 * times: Var[times drawn] = f(1 − f), f = e − ⌊e⌋. Without the shuffle a periodic order could make it worse
 * than independent draws. O(B + b).
 *
 * @see Madow, On the theory of systematic sampling II, Ann. Math. Statist. 20 (1949)
 */
export const systematic: Draw = {
  expect: inProportion,
  variance: (expected) => {
    const fraction = expected - Math.floor(expected);
    return fraction * (1 - fraction);
  },
  draw: (expected, random) => {
    const order = random.shuffle(Int32Array.from(expected.keys()));
    const total = order.reduce((sum, row) => sum + (expected[row] as number), 0);
    const rows = new Int32Array(Math.round(total));
    const offset = random.uniform();
    let drawn = 0;
    let sum = 0;
    let last = 0;
    for (const row of order) {
      const e = expected[row] as number;
      if (e === 0) continue;
      sum += e;
      last = row;
      while (drawn < rows.length && ((drawn + offset) * total) / rows.length < sum)
        rows[drawn++] = row;
    }
    // Rounding may put the last point at the total itself: it belongs to the last row.
    return rows.fill(last, drawn);
  },
};
