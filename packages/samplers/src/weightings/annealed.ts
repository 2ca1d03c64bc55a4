import { defineWeighting, linear, scheduled } from "@unequal/core";
import { z } from "zod";
import { expectationsOf } from "./expectations-of.js";

/**
 * Weighs rows by w^β / max w^β, w = 1 / (N P) the unbiased weight and the largest that of any row that could have
 * been drawn, where the sampler states it, else of the batch. β = 0 corrects nothing, β = 1 everything but the scale; it
 * grows to 1 along the run. The division only ever scales steps down: the mean of the estimate is not that of uniform
 * batches.
 *
 * @throws WEIGHTING_NEEDS_EXPECTATION
 * @see Schaul et al. 2015, Prioritized experience replay, §3.4
 */
export const annealed = defineWeighting({
  name: "annealed",
  summary: "The unbiased weights to a power that grows to 1, over the largest.",
  paper: "Schaul et al. 2015 (arXiv 1511.05952), §3.4",
  options: z.strictObject({
    beta: scheduled(z.number().min(0).max(1))
      .prefault(linear(0.4, 1))
      .describe("β: 0 none of the correction, 1 all of it"),
  }),
  setup: ({ beta }) => ({
    coefficients: (selection, _scores, progress) => {
      const exponent = beta(progress);
      const expected = expectationsOf(selection, "annealed");
      const {
        planned,
        leastExpected = expected.reduce((least, e) => Math.min(least, e), Infinity),
      } = selection;
      const powers = expected.map((e) => (leastExpected / e) ** exponent);
      return powers.map((power) => power / planned);
    },
  }),
});
