import { defineSampler } from "@unequal/core";
import { z } from "zod";
import { minedFacts, miner, ofOption } from "./miner.js";
import { pairsByGap, tripletsOf } from "./triplets.js";

/**
 * Mines every triplet of the batch that its margin is not kept in: d(a,n) − d(a,p) ≤ margin, d squared distances of
 * normalised embeddings (so a margin of 4 takes all). O(B² D + P B²), P positives of an anchor.
 *
 * @throws LABELS_MISSING, OPTION_INVALID
 * @see Hermans et al. 2017, "batch all"
 */
export const allTriplets = defineSampler({
  name: "all-triplets",
  summary: "Every triplet of a P×K batch that violates the margin.",
  paper: "Hermans, Beyer & Leibe 2017 (arXiv 1703.07737), eq. 6",
  defaults: { weighting: "none", gate: "always", estimator: "triplet" },
  options: z.strictObject({
    of: ofOption,
    margin: z.number().positive().default(0.2).describe("as in the estimator"),
  }),
  facts: ({ of }, factsOf) => minedFacts("all-triplets", 3, factsOf("sampler", of)),
  setup: ({ of, margin }, { use }) =>
    miner(use("sampler", of), {
      name: "all-triplets",
      arity: 3,
      mine: (pool) => tripletsOf(pool, (anchor) => pairsByGap(anchor, (gap) => gap <= margin)),
    }),
});
