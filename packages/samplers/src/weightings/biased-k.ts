import { defineWeighting, scheduled } from "@unequal/core";
import { z } from "zod";
import { expectationsOf } from "./expectations-of.js";

function weightedSum(weights: Float64Array, scores: Float32Array | undefined): number {
  return weights.reduce((sum, weight, at) => sum + weight * (scores?.[at] ?? 1), 0);
}

/**
 * Weighs rows by ŵ = c · wᵏ, w the unbiased weight and c such that Σ ŵ s = Σ w s over the batch: k = 1 is
 * unbiased, k = 0 gives all rows one weight, smaller k stress hard examples. Without scores, or where all of the
 * batch are 0, s = 1.
 *
 * @throws WEIGHTING_NEEDS_EXPECTATION
 * @see Katharopoulos & Fleuret 2017, Biased importance sampling for deep neural network training
 */
export const biased = defineWeighting({
  name: "biased-k",
  summary: "The unbiased weights to the power k, rescaled over the batch.",
  paper: "Katharopoulos & Fleuret 2017 (arXiv 1706.00043)",
  options: z.strictObject({
    k: scheduled(z.number().max(1)).prefault(0.5).describe("1: unbiased; 0: all alike"),
  }),
  setup: ({ k }) => ({
    coefficients: (selection, scores, progress) => {
      const { planned, population } = selection;
      const expected = expectationsOf(selection, "biased-k");
      const weights = expected.map((e) => planned / (population * e));
      const exponent = k(progress);
      const powers = weights.map((weight) => weight ** exponent);
      const judged = scores?.some((score) => score > 0) === true ? scores : undefined;
      const scale = weightedSum(weights, judged) / weightedSum(powers, judged);
      return powers.map((power) => (scale * power) / planned);
    },
  }),
});
