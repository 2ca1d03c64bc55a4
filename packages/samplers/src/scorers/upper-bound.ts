import { defineScorer } from "@unequal/core";
import { readSignal } from "./read-signal.js";

/**
 * Scores by the upper bound of the gradient's norm, s = ‖∂ℓ/∂z‖₂, z the pre-activation outputs of the last layer:
 * one forward pass.
 *
 * @throws SIGNAL_UNAVAILABLE
 * @see Katharopoulos & Fleuret 2018, §3.2
 */
export const upperBound = defineScorer({
  name: "upper-bound",
  summary: "A bound on the norm of the example's gradient, from the forward pass.",
  paper: "Katharopoulos & Fleuret 2018 (arXiv 1803.00942), §3.2",
  facts: { requires: ["upper-bound"] },
  setup: () => ({ score: (pool) => readSignal(pool, "upper-bound") }),
});
