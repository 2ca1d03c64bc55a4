import { firstIndex } from "./first-index.js";

/** The law p_r ∝ (1 / (r + 1))^α over ranks r = 0 … n − 1, for every n up to a capacity. */
export interface RankLaw {
  /** Returns p of a rank among n. O(1). */
  readonly probability: (rank: number, n: number) => number;
  /** Finds the rank among n that a point of [0, 1) falls to. O(log n). */
  readonly find: (point: number, n: number) => number;
}

/**
 * Creates the law from cumulative sums C_r = Σ_{k ≤ r} (k + 1)^−α, which do not depend on n: p_r = (r + 1)^−α / C_{n−1}, and
 * k segments of equal probability end at j C_{n−1} / k. Exact, where the paper has piecewise linear segments
 * that hold for one n.
 *
 * @see Schaul et al. 2015, Prioritized experience replay, §3.3 and appendix B.2.1
 */
export function createRankLaw(capacity: number, alpha: number): RankLaw {
  const cumulative = new Float64Array(capacity);
  let sum = 0;
  for (let rank = 0; rank < capacity; rank++) {
    sum += (rank + 1) ** -alpha;
    cumulative[rank] = sum;
  }
  const upTo = (rank: number): number => cumulative[rank] as number;
  return {
    probability: (rank, n) => (rank + 1) ** -alpha / upTo(n - 1),
    find: (point, n) => {
      const target = point * upTo(n - 1);
      // Rounding may put the target at the end itself: it belongs to the last rank.
      return Math.min(
        n - 1,
        firstIndex(n, (rank) => upTo(rank) > target),
      );
    },
  };
}
