import { defineSampler } from "@unequal/core";
import { z } from "zod";
import { minedFacts, miner, ofOption } from "./miner.js";
import { pairsByGap, tripletsOf } from "./triplets.js";

/**
 * Mines every triplet of the batch whose negative is no farther than its positive: d(a,n) ≤ d(a,p), d squared distances
 * of normalised embeddings. O(B² D + P B²), P positives of an anchor.
 *
 * @throws LABELS_MISSING, OPTION_INVALID
 * @see Schroff et al. 2015, §3.2
 */
export const hardTriplets = defineSampler({
  name: "hard-triplets",
  summary: "Every triplet of a P×K batch whose negative is nearer than its positive.",
  paper: "Schroff, Kalenichenko & Philbin 2015 (arXiv 1503.03832), §3.2",
  defaults: { weighting: "none", gate: "always", estimator: "triplet" },
  options: z.strictObject({ of: ofOption }),
  facts: ({ of }, factsOf) => minedFacts("hard-triplets", 3, factsOf("sampler", of)),
  setup: ({ of }, { use }) =>
    miner(use("sampler", of), {
      name: "hard-triplets",
      arity: 3,
      mine: (pool) => tripletsOf(pool, (anchor) => pairsByGap(anchor, (gap) => gap <= 0)),
    }),
});
