import { z } from "zod";
import { defineRate } from "../../plugin/part.js";
import { createEstimateMemory } from "../estimates/estimate-memory.js";
import {
  initialFactor,
  meanGain,
  withEstimate,
  withLoss,
  withStep,
  withUniform,
  type FactorMemory,
  type FactorRule,
} from "./effective-batch-rule.js";

const options = z.strictObject({
  power: z
    .number()
    .min(0)
    .max(1)
    .default(1)
    .describe("of ḡ: 1 for a rate in proportion to the batch, 0.5 for its root"),
  cap: z.number().min(1).optional().describe("largest φ; default: none, but g is below B/b"),
  smoothing: z.number().min(0).lt(1).default(0.95).describe("factor of the moving average ḡ"),
  rise: z
    .number()
    .gt(1)
    .default(1.02)
    .describe("largest factor by which φ rises from one importance step to the next"),
});

/**
 * Steps as far as the batch is quiet: an importance step has the gradient noise of a uniform batch of g · b rows, so its learning
 * rate is the user's times φ = clamp(ḡ^power, 1, cap), ḡ a moving average of g = 1 / ((b/a) V/τ + b/B), which is below
 * B/b. φ is 1 until the mean losses of fifty pools can be compared, rises by a bounded factor a step, and starts from 1 again
 * after ten uniform steps in a row, and where the losses of candidates rise.
 *
 * @see Goyal et al. 2017 (arXiv 1706.02677) and Smith et al. 2018 (arXiv 1711.00489), linear scaling
 * @see Kutsuna 2025 (arXiv 2501.13296), effective minibatch size
 */
export const effectiveBatch = defineRate({
  name: "effective-batch",
  summary: "The learning rate times how many times larger a uniform batch would have to be.",
  paper: "Goyal et al. 2017 (arXiv 1706.02677); Kutsuna 2025 (arXiv 2501.13296)",
  options,
  facts: { requires: ["estimate", "loss"] },
  setup: ({ cap = Infinity, ...chosen }, { events }) => {
    let rule: FactorRule = { ...chosen, cap, batchSize: 1 };
    const memory = createEstimateMemory<FactorMemory>("effective-batch", events, {
      initial: initialFactor,
      next: (before, estimate) => withEstimate(before, estimate, rule),
    });
    events.on("batch:scored", ({ loss }) => {
      if (loss === undefined) return;
      const { factor: from } = memory.now();
      memory.set(withLoss(memory.now(), loss));
      const { factor: to } = memory.now();
      if (to < from) events.emit("rate:lowered", () => ({ from, to, loss }));
    });
    events.on("step:end", ({ importance, rate = 1 }) => {
      memory.set(importance ? withStep(memory.now(), rate, rule) : withUniform(memory.now()));
    });
    return {
      bind: ({ batchSize }) => {
        rule = { ...rule, batchSize };
      },
      factor: () => memory.now().factor,
      figures: () => ({ rate: memory.now().taken, gain: meanGain(memory.now(), rule) }),
      state: memory.state,
      restore: memory.restore,
    };
  },
});
