import { defineScorer } from "@unequal/core";
import { readSignal } from "./read-signal.js";

/**
 * Scores by the loss, s = ℓ: free, but a large loss does not mean a large gradient.
 *
 * @throws SIGNAL_UNAVAILABLE
 * @see Katharopoulos & Fleuret 2018, §4: the baseline that the upper bound beats
 */
export const loss = defineScorer({
  name: "loss",
  summary: "The loss of the example.",
  paper: "Loshchilov & Hutter 2015; Schaul et al. 2015",
  facts: { requires: ["loss"] },
  setup: () => ({ score: (pool) => readSignal(pool, "loss") }),
});
