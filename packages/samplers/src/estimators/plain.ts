import { defineEstimator, restored } from "@unequal/core";

/** Steps along the gradient of Σ coefficient · ℓ + regularisers, by the model's own optimizer. */
export const plain = defineEstimator({
  name: "plain",
  summary: "The gradient of the weighted batch.",
  unbiased: true,
  facts: { immediate: true, scalesRate: true },
  setup: () => ({
    state: async () => ({ version: 1 }),
    restore: async (state) => void restored(state, 1, "plain"),
    step: (step) => {
      const { learner, noise, signals, rate } = step;
      return learner.step(step, { noise, signals, rate });
    },
    dispose: () => {},
  }),
});
