import type { Random } from "../contracts/random.js";
import type { DrawLaw, Selection } from "../contracts/selection.js";
import { cumulativeSum } from "./cumulative-sum.js";

/**
 * States the law of `count` independent draws in proportion to shares p ≥ 0: E[times drawn] = count · p_i / Σp, [B], and
 * its variance as e. Where all shares are 0 every row is drawn alike. `count` may be a fraction. O(B).
 */
export function proportionalLaw(shares: ArrayLike<number>, count: number): DrawLaw {
  const p = Float64Array.from(shares);
  const total = p.reduce((sum, share) => sum + share, 0);
  const expected = p.map((share) => (total === 0 ? count / p.length : (count * share) / total));
  return { expected, variance: (e) => e };
}

/**
 * Draws rows independently of each other by a law: Σ expected of them, row i with probability expected_i / Σ expected. What a
 * sampler's `select` returns. O(B + b log B).
 */
export function drawFrom({ expected }: DrawLaw, random: Random): Selection {
  const { total, find } = cumulativeSum(expected);
  const planned = Math.round(total);
  const rows = Int32Array.from({ length: planned }, () => find(random.uniform() * total));
  return {
    rows,
    expected: Float64Array.from(rows, (row) => expected[row] as number),
    planned,
    population: expected.length,
  };
}
