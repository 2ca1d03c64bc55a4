import { restored } from "@unequal/core";
import { magnitude, checkNumbers, stratifiedPoints, type Priorities } from "./priorities.js";
import { createRankLaw } from "./rank-law.js";
import { createRanking } from "./ranking.js";

/**
 * Creates rank-based priorities: P(i) = p_i / Σp, p_i = (1 / rank(i))^α, rank 1 the largest |δ|, equal ones by slot. Ranks are
 * exact at every moment, and P changes with the order only: no outlier can draw all.
 *
 * @see Schaul et al. 2015, Prioritized experience replay, eq. 1 and §3.3
 */
export function createRankPriorities(
  capacity: number,
  { alpha }: { readonly alpha: number },
): Priorities {
  const law = createRankLaw(capacity, alpha);
  let ranking = createRanking(new Float64Array(capacity).fill(Number.NaN));
  return {
    size: () => ranking.size(),
    set: (slot, error) => ranking.set(slot, magnitude(error)),
    admit: (slot) => {
      ranking.set(slot, Number.NaN);
      ranking.set(slot, ranking.size() === 0 ? 1 : ranking.largest());
    },
    probability: (slot) => law.probability(ranking.rankOf(slot), ranking.size()),
    least: () => law.probability(ranking.size() - 1, ranking.size()),
    draw: (count, random) => {
      const n = ranking.size();
      const ranks = Int32Array.from(stratifiedPoints(count, random), (at) => law.find(at, n));
      return {
        slots: ranks.map((rank) => ranking.at(rank)),
        probabilities: Float64Array.from(ranks, (rank) => law.probability(rank, n)),
      };
    },
    state: () => ({ version: 1, errors: ranking.numbers() }),
    restore: (state) => {
      const { errors } = restored<{ errors?: Float64Array }>(state, 1, "rank priorities");
      ranking = createRanking(checkNumbers(errors, capacity));
    },
  };
}
