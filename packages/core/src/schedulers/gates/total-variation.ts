import { z } from "zod";
import { defineGate } from "../../plugin/part.js";
import {
  averagesOf,
  nextAverages,
  noEstimates,
  smoothingOption,
} from "../estimates/estimate-averages.js";
import { createEstimateMemory } from "../estimates/estimate-memory.js";
import { nextSwitch, switchOptions, undecided } from "./hysteresis.js";

/**
 * Turns importance sampling on while the draw is far from uniform: while the moving average of ½ Σ|p − u|, over groups
 * of b, exceeds a threshold, between 0 for equal scores and 1 − 1/b for a single one. It weighs no costs.
 *
 * @see The authors' library, TotalVariationCondition
 */
export const totalVariation = defineGate({
  name: "total-variation",
  summary: "On while ½ Σ|p − u| exceeds a threshold.",
  paper: "Katharopoulos & Fleuret's library, TotalVariationCondition",
  options: z.strictObject({
    threshold: z.number().min(0).max(1).default(0.5).describe("of the total variation"),
    ...switchOptions,
    smoothing: smoothingOption,
  }),
  facts: { requires: ["estimate"] },
  setup: ({ threshold, margin, dwell, smoothing }, { events }) => {
    const memory = createEstimateMemory("total-variation", events, {
      initial: { ...undecided, averages: noEstimates },
      next: (before, estimate) => {
        const averages = nextAverages(before.averages, estimate, smoothing);
        const value = averagesOf(averages, smoothing).totalVariation;
        return { averages, ...nextSwitch(before, { value, threshold }, { margin, dwell }) };
      },
    });
    return {
      decide: () => memory.now().on,
      figures: () => ({
        totalVariation: averagesOf(memory.now().averages, smoothing).totalVariation,
        threshold,
        margin,
        dwell,
      }),
      state: memory.state,
      restore: memory.restore,
    };
  },
});
