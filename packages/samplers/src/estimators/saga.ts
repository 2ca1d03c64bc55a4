import { defineEstimator, type EstimatorStep, type StepResult } from "@unequal/core";
import { z } from "zod";
import { keepGradients } from "./keep-gradients.js";
import { refuseBatchStatistics } from "./refuse-batch-statistics.js";
import { withHandles } from "./with-handles.js";

const options = z.strictObject({
  initialise: z
    .enum(["zeros", "pass"])
    .default("pass")
    .describe("first a_i: gradients at the start, by a pass over the dataset, or zeros"),
  maxBytes: z
    .number()
    .positive()
    .default(2 ** 30)
    .describe("largest table that is allowed: of 4 N D bytes, or 4 N P"),
});

/** Leaves out of a result the signals that only the memory asked for. */
function asAsked(result: StepResult, { signals }: EstimatorStep): StepResult {
  const asked = Object.entries(result.signals).filter(
    ([name]) => name === "loss" || signals.includes(name),
  );
  return { ...result, signals: Object.fromEntries(asked) };
}

/**
 * Steps along v = Σ c_i (g_i(θ) − a_i) + (1/N) Σ a_i + ∇R(θ), by the model's own optimizer: a_i the gradient of example i
 * when it was last trained on, c the coefficients of the rows, which touch neither the mean nor R. E[v] is the full
 * gradient under unbiased weights, whatever the a_i are; its variance vanishes as they near those at the optimum.
 *
 * The a_i start as the gradients at the first step's θ. From zeros E[v] is right only for draws that are independent of
 * each other: in a first pass of shuffled data the rows drawn are those with a_i = 0, and v is too long by mean a.
 *
 * Of a model whose outputs z are linear in the parameters it keeps ∂ℓ_i/∂z_i, [N · D], and a step costs three gradients.
 * Of any other it keeps the gradients whole, [N · P], and a step makes a backward pass for each row besides that of the
 * batch. A `warning` tells of the memory before it is taken; states hold it too.
 *
 * @throws ESTIMATOR_UNSUPPORTED for models with BatchNormalization, and for tables above `maxBytes`
 * @see Defazio, Bach & Lacoste-Julien 2014, SAGA (arXiv 1407.0202), equation 1
 */
export const saga = defineEstimator({
  name: "saga",
  summary: "The gradient, corrected by the latest one of each example and the mean of these.",
  paper: "Defazio, Bach & Lacoste-Julien 2014 (arXiv 1407.0202), equation 1",
  unbiased: true,
  options,
  setup: (settings, { events }) => {
    const kept = keepGradients(settings, events);
    return {
      ...kept.lifecycle,
      bind: (learner, { size }) => {
        refuseBatchStatistics("saga")(learner);
        kept.check(learner, size);
      },
      step: (step) =>
        withHandles(async (own) => {
          const { learner, noise } = step;
          const signals = [...step.signals, ...kept.reads(learner)];
          const pass = { noise, mode: "training", regulariser: true, signals } as const;
          const { gradient, result } = await learner.gradient(step, pass);
          own(gradient);
          const memory = await kept.open(step, result.signals);
          const v = learner.combine([
            [1, gradient],
            [-1, own(await memory.recall(step, step.coefficients))],
            [1, memory.mean()],
          ]);
          own(v);
          await memory.replace(step, result.signals);
          learner.apply(v);
          return asAsked(result, step);
        }),
    };
  },
});
