import { defineScorer } from "@unequal/core";
import { readSignal } from "./read-signal.js";

/**
 * Scores by the exact norm of the gradient of each example, s = ‖∂ℓ/∂θ‖₂: the optimum for the variance,
 * at the cost of about one forward and one backward pass of the pool. Where the learner cannot do better,
 * as for layers of one's own, it takes a backward pass for each example, and says so in a note.
 *
 * To prune data by, it is GraNd: the mean of s over models that differ in their initial weights, at initialisation or a
 * few epochs into training. `unequal score` takes that mean over runs.
 *
 * @throws SIGNAL_UNAVAILABLE
 * @see Zhao & Zhang 2015, Stochastic optimization with importance sampling
 * @see Paul, Ganguli & Dziugaite 2021, Deep learning on a data diet, definition 2.1
 */
export const gradientNorm = defineScorer({
  name: "gradient-norm",
  summary: "The exact norm of the example's gradient.",
  paper: "Needell et al. 2014; Zhao & Zhang 2015; Alain et al. 2015; Paul et al. 2021 (GraNd)",
  facts: { requires: ["gradient-norm"] },
  setup: () => ({
    score: (pool) => readSignal(pool, "gradient-norm"),
  }),
});
