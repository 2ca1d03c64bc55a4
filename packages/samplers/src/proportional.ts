import { defineSampler, stateless, UnequalError, type Pool } from "@unequal/core";
import { z } from "zod";
import { multinomial } from "./draws/multinomial.js";
import { systematic } from "./draws/systematic.js";

const DRAWS = { multinomial, systematic };

/** Computes p_i = s_i / Σs, [B]; 1/B where all scores are 0. */
function probabilities({ scores }: Pool): Float64Array {
  if (scores === undefined) {
    throw new UnequalError(
      "SCORER_MISSING",
      'The sampler "proportional" draws by score, but the pool has no scores. Give the trainer a scorer.',
    );
  }
  const total = scores.reduce((sum, score) => sum + score, 0);
  return Float64Array.from(scores, (score) => (total === 0 ? 1 / scores.length : score / total));
}

/**
 * Draws candidates in proportion to their scores, p_i = s_i / Σs, so E[times drawn_i] = b p_i; alike where all
 * scores are 0. A score of 0 is never drawn, which is unbiased only where the gradient is 0 too: put a
 * smoothing sampler around it for scores that may be wrong. O(B + b), multinomial O(B + b log B).
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
      .enum(["systematic", "multinomial"])
      .default("systematic")
      .describe("equally spaced in random order, or independent"),
  }),
  setup: (options, { random }) => {
    const { draw, variance } = DRAWS[options.draw];
    return {
      ...stateless("proportional"),
      scored: true,
      law: (pool, count) => ({ expected: probabilities(pool).map((p) => count * p), variance }),
      select: (pool, count) => {
        const p = probabilities(pool);
        const rows = draw(p, count, random);
        const expected = Float64Array.from(rows, (row) => count * (p[row] as number));
        return { rows, expected, planned: count, population: p.length };
      },
    };
  },
});
