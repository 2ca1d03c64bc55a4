import { definePlugin, defineSampler, stateless } from "@unequal/core";

/** Draws row i with p_i ∝ 1 / rank_i, rank_i = #{j : s_j ≥ s_i} (Schaul et al. 2015, rank-based). */
export const rank = defineSampler({
  name: "rank",
  summary: "p ∝ 1 / rank of the score.",
  unbiased: true,
  setup: (_options, { random }) => {
    const law = ({ scores }, count) => {
      const shares = Float64Array.from(scores, (s) => 1 / scores.filter((t) => t >= s).length);
      const total = shares.reduce((sum, share) => sum + share);
      return { expected: shares.map((share) => (count * share) / total), variance: (e) => e };
    };
    const select = (pool, count) => {
      const { expected } = law(pool, count);
      const last = expected.length - 1;
      const draw = (left) => expected.findIndex((e, row) => (left -= e) < 0 || row === last);
      const rows = Int32Array.from({ length: count }, () => draw(random.uniform() * count));
      const chosen = Float64Array.from(rows, (row) => expected[row]);
      return { rows, expected: chosen, planned: count, population: last + 1 };
    };
    return { scored: true, law, select, ...stateless("rank") };
  },
});

export const rankPlugin = definePlugin({ name: "plugin-rank", apiVersion: 1, parts: [rank] });
