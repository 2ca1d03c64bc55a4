import { defineWeighting, scheduled } from "@unequal/core";
import { z } from "zod";
import { expectationsOf } from "./expectations-of.js";

/**
 * Cuts unbiased weights off at c, w = min(c, planned / (population · expected)), coefficient = w / planned: rare rows
 * can't dominate a step, but count for less than they should, a bias towards what is drawn often. E[Σ coefficients of
 * a row] = min(1, c · expected · population / planned) / population: rows drawn at least 1/c times as often as under
 * uniform draws are weighed without bias. c = 1 weighs no row up.
 *
 * @throws WEIGHTING_NEEDS_EXPECTATION
 * @see Ionides 2008, Truncated importance sampling
 */
export const capped = defineWeighting({
  name: "capped",
  summary: "The unbiased weights, none above a cap: biased against rare rows.",
  paper: "Ionides 2008, Truncated importance sampling",
  options: z.strictObject({
    cap: scheduled(z.number().min(1)).prefault(5).describe("c, where a uniform draw weighs 1"),
  }),
  setup: ({ cap }) => ({
    coefficients: (selection, _scores, progress) => {
      const { planned, population } = selection;
      const most = cap(progress);
      return expectationsOf(selection, "capped").map(
        (e) => Math.min(most, planned / (population * e)) / planned,
      );
    },
  }),
});
