import { defineSampler } from "@unequal/core";
import { keepOptions, keepRows, rowsByScore } from "./keep-rows.js";

/**
 * Trains on the k candidates of the smallest scores, k = keep · B, or b: the control of `top-loss`, and a guard against
 * wrong labels. Ties go by id. Biased on purpose: the rest of the pool has no chance at all. O(B log B).
 *
 * @throws SCORER_MISSING
 */
export const lowLoss = defineSampler({
  name: "low-loss",
  summary: "The candidates of the smallest scores.",
  defaults: { scorer: "loss", weighting: "none", gate: "always" },
  options: keepOptions,
  facts: { scored: true },
  setup: ({ keep }) =>
    keepRows("low-loss", {
      keep,
      // Negated scores keep ties in the order of their ids, which reversing would not.
      order: (pool) =>
        rowsByScore({ ...pool, ...(pool.scores && { scores: pool.scores.map((s) => -s) }) }),
      even: false,
    }),
});
