import { z } from "zod";
import { defineSizer } from "../../plugin/part.js";
import { scheduled } from "../../schedules/scheduled.js";
import {
  averagesOf,
  nextAverages,
  noEstimates,
  smoothingOption,
} from "../estimates/estimate-averages.js";
import { createEstimateMemory } from "../estimates/estimate-memory.js";
import { formOption, inForm } from "../estimates/tau-form.js";

/**
 * Scores the b candidates of a uniform batch and trains on fewer of them, a = (1/τ + extra) b, so that a step takes
 * less time for about the same variance; more than about, in truth (docs/methods/constant-variance.md). Importance
 * steps are cheaper than uniform ones while 1/τ + extra < t_b / (t_f + t_b), which the gate `tau` with
 * account "time" waits for; with account "pool" it minds the variance too.
 *
 * @see The authors' library, ConstantVarianceSampler
 */
export const constantVariance = defineSizer({
  name: "constant-variance",
  summary: "Scores b candidates and trains on (1/τ + extra) b of them.",
  paper: "Katharopoulos & Fleuret's library, ConstantVarianceSampler",
  options: z.strictObject({
    extra: scheduled(z.number().min(0).max(1))
      .prefault(0.2)
      .describe("share of b beyond what tau asks for"),
    form: formOption.default("paper").describe("put tau, or its square root as the authors do"),
    smoothing: smoothingOption,
  }),
  facts: { requires: ["estimate"] },
  setup: ({ extra, form, smoothing }, { events }) => {
    let b = 1;
    const memory = createEstimateMemory("constant-variance", events, {
      initial: noEstimates,
      next: (before, estimate) => nextAverages(before, estimate, smoothing),
    });
    const tau = (): number => averagesOf(memory.now(), smoothing).tau;
    return {
      bind: ({ batchSize }) => {
        b = batchSize;
      },
      size: (progress) => {
        const rows = Math.floor((1 / inForm(tau(), form) + extra(progress)) * b);
        return { candidates: b, count: Math.min(b, Math.max(1, rows)) };
      },
      figures: () => ({ tau: tau(), form }),
      state: memory.state,
      restore: memory.restore,
    };
  },
});
