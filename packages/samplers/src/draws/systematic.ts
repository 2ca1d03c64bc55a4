import type { Draw } from "./draw.js";

/**
 * Draws at equal distances: the candidates are shuffled, and b points (k + u) Σp / b, k = 0 … b − 1, with one
 * uniform offset u, are looked up in their cumulative sum. A row expected e times is drawn ⌊e⌋ or ⌈e⌉ times:
 * Var[times drawn] = f(1 − f), f = e − ⌊e⌋. Without the shuffle a periodic order could make it worse
 * than independent draws. O(B + b).
 *
 * @see Madow, On the theory of systematic sampling II, Ann. Math. Statist. 20 (1949)
 */
export const systematic: Draw = {
  variance: (expected) => {
    const fraction = expected - Math.floor(expected);
    return fraction * (1 - fraction);
  },
  draw: (probabilities, count, random) => {
    const order = random.shuffle(Int32Array.from(probabilities.keys()));
    const total = order.reduce((sum, row) => sum + (probabilities[row] as number), 0);
    const offset = random.uniform();
    const rows = new Int32Array(count);
    let drawn = 0;
    let sum = 0;
    let last = 0;
    for (const row of order) {
      const p = probabilities[row] as number;
      if (p === 0) continue;
      sum += p;
      last = row;
      while (drawn < count && ((drawn + offset) * total) / count < sum) rows[drawn++] = row;
    }
    // Rounding may put the last point at the total itself: it belongs to the last row.
    return rows.fill(last, drawn);
  },
};
