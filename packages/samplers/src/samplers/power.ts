import { defineSampler, scheduled, specSchema } from "@unequal/core";
import { z } from "zod";
import { smoothedFacts, smoothScores } from "./smooth-scores.js";

/**
 * Smooths scores by a power, s^a, before the inner sampler sees them: a = 1 leaves them, a = 0 makes them
 * all alike, a > 1 sharpens them. A score of 0 stays 0 for a > 0.
 *
 * @throws OPTION_INVALID if the inner sampler does not draw by score
 * @see Schaul et al. 2015, Prioritized experience replay, eq. 1 (α)
 */
export const power = defineSampler({
  name: "power",
  summary: "Draws by s^a.",
  paper: "Schaul et al. 2015 (arXiv 1511.05952), eq. 1",
  unbiased: true,
  options: z.strictObject({
    of: specSchema("sampler").describe("the sampler that draws by the smoothed scores"),
    exponent: scheduled(z.number().nonnegative()).prefault(0.5).describe("a"),
  }),
  facts: ({ of }, factsOf) => smoothedFacts("power", factsOf("sampler", of)),
  setup: ({ of, exponent }, { use }) =>
    smoothScores(use("sampler", of), {
      name: "power",
      formula: (_, progress) => {
        const a = exponent(progress);
        return (score) => score ** a;
      },
    }),
});
