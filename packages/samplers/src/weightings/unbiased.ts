import { defineWeighting } from "@unequal/core";
import { expectationsOf } from "./expectations-of.js";

/**
 * Weighs rows so that the estimate is unbiased: w = planned / (population · expected), coefficient = w / planned,
 * so E[Σ coefficients of a row] = 1 / population.
 *
 * @throws WEIGHTING_NEEDS_EXPECTATION
 * @see Katharopoulos & Fleuret 2018, §3.1
 */
export const unbiased = defineWeighting({
  name: "unbiased",
  summary: "1 / (population · expectation): the estimate's mean is the uniform one.",
  paper: "Katharopoulos & Fleuret 2018 (arXiv 1803.00942), §3.1",
  unbiased: true,
  setup: () => ({
    coefficients: (selection) =>
      expectationsOf(selection, "unbiased").map((e) => 1 / (selection.population * e)),
  }),
});
