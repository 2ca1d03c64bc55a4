import { defineEstimator, restored, UnequalError } from "@unequal/core";
import { z } from "zod";
import { metricStep } from "./metric-step.js";

/**
 * Steps along the gradient of the contrastive loss of pairs: ℓ = d² where both are of one class, [margin − d]₊² else,
 * d the distance of the normalised outputs (from 0 to 2), through the normalisation by hand; slope 0 at d = 0. Signal
 * `loss` of a row: the mean of its pairs'. Two forward passes and one backward.
 *
 * @throws LABELS_MISSING; ESTIMATOR_UNSUPPORTED on uniform updates
 * @see Hadsell, Chopra & LeCun 2006, Dimensionality reduction by learning an invariant mapping, eq. 4
 */
export const contrastive = defineEstimator({
  name: "contrastive",
  summary: "The gradient of the contrastive loss of mined pairs.",
  paper: "Hadsell, Chopra & LeCun 2006, eq. 4",
  unbiased: true,
  options: z.strictObject({
    margin: z.number().positive().default(1).describe("how far apart negatives must be"),
    normalise: z.boolean().default(true).describe("take distances of z / ‖z‖, as miners do"),
  }),
  facts: { arity: 2 },
  setup: ({ margin, normalise }) => {
    let labels: Int32Array | undefined;
    return {
      bind: (_, facts) => {
        labels = facts.labels;
        if (labels !== undefined) return;
        throw new UnequalError(
          "LABELS_MISSING",
          'The estimator "contrastive" tells positive pairs by their classes, but the dataset has no labels. Use a dataset whose labels() are classes.',
        );
      },
      step: (step) =>
        metricStep(step, {
          normalise,
          arity: 2,
          lossOf: ([i = 0, j = 0], squared) => {
            const classOf = (row: number) => labels?.[step.ids[row] as number];
            const square = squared(i, j);
            if (classOf(i) === classOf(j)) return { loss: square, slopes: [[i, j, 1]] };
            const distance = Math.sqrt(square);
            const missing = Math.max(0, margin - distance);
            const slope = distance === 0 ? 0 : -missing / distance;
            return { loss: missing ** 2, slopes: [[i, j, slope]] };
          },
        }),
      state: async () => ({ version: 1 }),
      restore: async (state) => void restored(state, 1, "contrastive"),
      dispose: () => {},
    };
  },
});
