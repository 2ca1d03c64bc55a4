import { defineSampler } from "@unequal/core";
import { z } from "zod";
import { minedFacts, miner, ofOption } from "./miner.js";
import { least, tripletsOf } from "./triplets.js";

/**
 * Mines one triplet for each row of the batch: its farthest positive and its nearest negative, d squared distances of
 * normalised embeddings; rows without either are no anchors. O(B² D).
 *
 * @throws LABELS_MISSING, OPTION_INVALID
 * @see Hermans et al. 2017, eq. 5
 */
export const batchHard = defineSampler({
  name: "batch-hard",
  summary: "For each row of a P×K batch its farthest positive and nearest negative.",
  paper: "Hermans, Beyer & Leibe 2017 (arXiv 1703.07737), eq. 5",
  defaults: { weighting: "none", gate: "always", estimator: "triplet" },
  options: z.strictObject({ of: ofOption }),
  facts: ({ of }, factsOf) => minedFacts("batch-hard", 3, factsOf("sampler", of)),
  setup: ({ of }, { use }) =>
    miner(use("sampler", of), {
      name: "batch-hard",
      arity: 3,
      mine: (pool) =>
        tripletsOf(pool, ({ positives, negatives, distances }) => {
          const farthest = least(positives, (row) => -(distances[row] as number));
          const nearest = least(negatives, (row) => distances[row] as number);
          return farthest === undefined || nearest === undefined ? [] : [[farthest, nearest]];
        }),
    }),
});
