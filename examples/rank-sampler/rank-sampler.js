import { definePlugin, defineSampler, drawFrom, proportionalLaw, stateless } from "@unequal/core";

/** Draws row i with p_i ∝ 1 / rank_i, rank_i = #{j : s_j ≥ s_i} (Schaul et al. 2015, rank-based). */
export const rank = defineSampler({
  name: "rank",
  summary: "p ∝ 1 / rank of the score.",
  unbiased: true,
  facts: { scored: true },
  setup: (_options, { random }) => {
    const shares = (scores) => scores.map((s) => 1 / scores.filter((t) => t >= s).length);
    const law = ({ scores }, count) => proportionalLaw(shares(scores), count);
    const select = (pool, count) => drawFrom(law(pool, count), random);
    return { law, select, ...stateless("rank") };
  },
});

export const rankPlugin = definePlugin({ name: "plugin-rank", apiVersion: 1, parts: [rank] });
