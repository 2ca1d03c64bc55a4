import { defineSampler } from "@unequal/core";
import { keepOptions, keepRows } from "./keep-rows.js";

/**
 * Trains on k candidates drawn alike without replacement, k = keep · B, or b, E[times drawn] = k/B: the control of
 * `top-loss` that scores as many candidates and heeds no score. Unbiased. O(B).
 */
export const randomSubset = defineSampler({
  name: "random-subset",
  summary: "A random share of the candidates, scored and not heeded.",
  unbiased: true,
  defaults: { scorer: "loss", weighting: "none", gate: "always" },
  options: keepOptions,
  facts: { scored: true },
  setup: ({ keep }, { random }) =>
    keepRows("random-subset", {
      keep,
      order: ({ ids }) => random.shuffle(Int32Array.from(ids.keys())),
      even: true,
    }),
});
