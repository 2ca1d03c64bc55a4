import { defineSampler, stateless, UnequalError, type Pool } from "@unequal/core";
import { z } from "zod";
import { multinomial } from "../draws/multinomial.js";
import { poisson } from "../draws/poisson.js";
import { stratified } from "../draws/stratified.js";
import { systematicPps } from "../draws/systematic-pps.js";
import { systematic } from "../draws/systematic.js";

const DRAWS = { systematic, stratified, multinomial, "systematic-pps": systematicPps, poisson };

/** Reads the shares that rows are drawn by, [B]: the scores; 1 for each where all are 0. */
function sharesOf({ scores }: Pool): Float64Array {
  if (scores === undefined) {
    throw new UnequalError(
      "SCORER_MISSING",
      'The sampler "proportional" draws by score, but the pool has no scores. Give the trainer a scorer.',
    );
  }
  const shares = Float64Array.from(scores);
  return shares.some((share) => share > 0) ? shares : shares.fill(1);
}

/**
 * Draws candidates in proportion to their scores, p_i = s_i / Σs, so E[times drawn_i] = b p_i; alike where all
 * scores are 0. A score of 0 is never drawn, which is unbiased only where the gradient is 0 too: put a
 * smoothing sampler around it for scores that may be wrong.
 *
 * `systematic-pps` and `poisson` draw without replacement, by inclusion probabilities π_i = min(1, c s_i) that sum to b,
 * and `poisson` draws b rows on average only. O(B + b), multinomial and stratified O(B + b log B).
 *
 * @throws SCORER_MISSING
 * @see Katharopoulos & Fleuret 2018, §3.1 and algorithm 1
 */
export const proportional = defineSampler({
  name: "proportional",
  summary: "Candidates in proportion to their scores.",
  paper: "Katharopoulos & Fleuret 2018 (arXiv 1803.00942), algorithm 1",
  unbiased: true,
  options: z.strictObject({
    draw: z
      .enum(["systematic", "stratified", "multinomial", "systematic-pps", "poisson"])
      .default("systematic")
      .describe(
        "equally spaced in random order, one of each segment, independent; without replacement: pps, poisson",
      ),
  }),
  facts: { scored: true },
  setup: (options, { random }) => {
    const { expect, draw, variance } = DRAWS[options.draw];
    return {
      ...stateless("proportional"),
      law: (pool, count) => ({ expected: expect(sharesOf(pool), count), variance }),
      select: (pool, count) => {
        const law = expect(sharesOf(pool), count);
        const rows = draw(law, random);
        const expected = Float64Array.from(rows, (row) => law[row] as number);
        return { rows, expected, planned: count, population: law.length };
      },
    };
  },
});
