import { defineSampler } from "@unequal/core";
import { keepOptions, keepRows, rowsByScore } from "./keep-rows.js";

/**
 * Trains on the k candidates of the largest scores, k = keep · B, or b: forward many, backward only the hardest. Ties
 * go by id. Biased on purpose: the rest of the pool has no chance at all. O(B log B).
 *
 * @throws SCORER_MISSING
 * @see Simo-Serra et al. 2015, Discriminative learning of deep convolutional feature point descriptors, §3.3
 */
export const topLoss = defineSampler({
  name: "top-loss",
  summary: "The candidates of the largest scores.",
  paper: "Simo-Serra et al. 2015, in general form",
  defaults: { scorer: "loss", weighting: "none", gate: "always" },
  options: keepOptions,
  facts: { scored: true },
  setup: ({ keep }) => keepRows("top-loss", { keep, order: rowsByScore, even: false }),
});
