import { defineEstimator, restored } from "@unequal/core";
import { z } from "zod";
import { metricStep } from "./metric-step.js";

/**
 * Steps along the gradient of the triplet loss ℓ(a, p, n) = [d(a,p) − d(a,n) + margin]₊, d squared distances of the
 * normalised outputs, through the normalisation by hand. Signal `loss` of a row: the mean of its triplets'. Two
 * forward passes and one backward.
 *
 * @throws ESTIMATOR_UNSUPPORTED on uniform updates
 * @see Schroff et al. 2015, FaceNet, eq. 2
 */
export const triplet = defineEstimator({
  name: "triplet",
  summary: "The gradient of the triplet loss of mined triplets.",
  paper: "Schroff, Kalenichenko & Philbin 2015 (arXiv 1503.03832), eq. 2",
  unbiased: true,
  options: z.strictObject({
    margin: z.number().positive().default(0.2).describe("how much farther negatives must be"),
    normalise: z.boolean().default(true).describe("take distances of z / ‖z‖, as miners do"),
  }),
  facts: { arity: 3 },
  setup: ({ margin, normalise }) => ({
    step: (step) =>
      metricStep(step, {
        normalise,
        arity: 3,
        lossOf: ([a = 0, p = 0, n = 0], squared) => {
          const loss = squared(a, p) - squared(a, n) + margin;
          if (!(loss > 0)) return { loss: Math.max(0, loss), slopes: [] };
          return {
            loss,
            slopes: [
              [a, p, 1],
              [a, n, -1],
            ],
          };
        },
      }),
    state: async () => ({ version: 1 }),
    restore: async (state) => void restored(state, 1, "triplet"),
    dispose: () => {},
  }),
});
