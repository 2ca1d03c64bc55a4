import { defineScorer } from "@unequal/core";
import { readSignal } from "./read-signal.js";

/**
 * Scores by the reducible loss, s = ℓ − ℓᴴ: ℓᴴ, the signal `irreducible-loss`, is the loss of a model trained on
 * held-out data, large for examples that cannot be learnt, such as those with a wrong label. It may be negative, so
 * the pool's least is taken off: 0 for the last of the pool. Only the order means something: draw with `top-loss`.
 *
 * @throws SIGNAL_UNAVAILABLE
 * @see Mindermann et al. 2022, Prioritized training on points that are learnable, worth learning, and not yet learnt, eq. 3
 */
export const rhoLoss = defineScorer({
  name: "rho-loss",
  summary: "The loss less that of a model trained on held-out data.",
  paper: "Mindermann et al. 2022 (arXiv 2206.07137), eq. 3",
  facts: { requires: ["loss", "irreducible-loss"] },
  setup: () => ({
    score: (pool) => {
      const irreducible = readSignal(pool, "irreducible-loss");
      const reducible = readSignal(pool, "loss").map(
        (loss, row) => loss - (irreducible[row] as number),
      );
      const least = reducible.reduce(
        (low, each) => (Number.isFinite(each) ? Math.min(low, each) : low),
        Infinity,
      );
      return reducible.map((each) => each - least);
    },
  }),
});
