import { defineScorer } from "@unequal/core";
import { readSignal } from "./read-signal.js";

/**
 * Scores by the norm of the example's gradient, s = ‖∂ℓ/∂θ‖₂. The paper's score is the mean of it over models that
 * differ in their initial weights, at initialisation or a few epochs into training: `unequal score` takes that mean over
 * runs. For importance sampling the same number goes by the name of `gradient-norm`.
 *
 * @throws SIGNAL_UNAVAILABLE
 * @see Paul, Ganguli & Dziugaite 2021, Deep learning on a data diet, definition 2.1
 */
export const grand = defineScorer({
  name: "grand",
  summary: "The norm of the example's gradient, to prune data by.",
  paper: "Paul, Ganguli & Dziugaite 2021 (arXiv 2107.07075)",
  facts: { requires: ["gradient-norm"] },
  setup: () => ({
    score: (pool) => readSignal(pool, "gradient-norm"),
  }),
});
