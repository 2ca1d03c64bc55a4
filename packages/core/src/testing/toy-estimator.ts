import { defineEstimator, type Part } from "../plugin/part.js";
import { restored } from "../state/restored.js";

/** An estimator that steps along the rows as they are weighed; of the arity that is told. */
export function toyEstimator(arity?: 2 | 3): Part<"estimator"> {
  return defineEstimator({
    name: "steps",
    summary: "Plain steps.",
    ...(arity && { facts: { arity } }),
    setup: () => ({
      step: ({ learner, noise, signals, ...rows }) => learner.step(rows, { noise, signals }),
      state: async () => ({ version: 1 }),
      restore: async (state) => void restored(state, 1, "steps"),
      dispose: () => {},
    }),
  })();
}
