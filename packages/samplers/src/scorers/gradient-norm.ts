import { defineScorer } from "@unequal/core";
import { readSignal } from "./read-signal.js";

/**
 * Scores by the exact norm of the gradient of each example, s = ‖∂ℓ/∂θ‖₂: the optimum for the variance,
 * at the cost of about one forward and one backward pass of the pool. Where the learner cannot do better,
 * as for layers of one's own, it takes a backward pass for each example, and says so in a note.
 *
 * @throws SIGNAL_UNAVAILABLE
 * @see Zhao & Zhang 2015, Stochastic optimization with importance sampling
 */
export const gradientNorm = defineScorer({
  name: "gradient-norm",
  summary: "The exact norm of the example's gradient.",
  paper: "Needell et al. 2014; Zhao & Zhang 2015; Alain et al. 2015",
  facts: { requires: ["gradient-norm"] },
  setup: () => ({
    score: (pool) => readSignal(pool, "gradient-norm"),
  }),
});
