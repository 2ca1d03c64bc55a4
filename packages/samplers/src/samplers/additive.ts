import { defineSampler, scheduled, specSchema } from "@unequal/core";
import { z } from "zod";
import { smoothedFacts, smoothScores } from "./smooth-scores.js";

/**
 * Smooths scores by a constant, s + c, before the inner sampler sees them: no candidate is out of reach,
 * and no weight exceeds (Σs + B c) / (B c).
 *
 * @throws OPTION_INVALID if the inner sampler does not draw by score
 * @see Alain et al. 2015, Variance reduction in SGD by distributed importance sampling
 */
export const additive = defineSampler({
  name: "additive",
  summary: "Draws by s + c.",
  paper: "Alain et al. 2015 (arXiv 1511.06481)",
  unbiased: true,
  options: z.strictObject({
    of: specSchema("sampler").describe("the sampler that draws by the smoothed scores"),
    constant: scheduled(z.number().nonnegative()).describe("c, in the unit of the scores"),
  }),
  facts: ({ of }, factsOf) => smoothedFacts("additive", factsOf("sampler", of)),
  setup: ({ of, constant }, { use }) =>
    smoothScores(use("sampler", of), {
      name: "additive",
      formula: (_, progress) => {
        const c = constant(progress);
        return (score) => score + c;
      },
    }),
});
