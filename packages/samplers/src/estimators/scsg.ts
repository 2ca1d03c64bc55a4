import {
  defineEstimator,
  everyId,
  scheduled,
  type EstimatorStep,
  type Random,
} from "@unequal/core";
import { z } from "zod";
import { keepOnEngine } from "./keep-on-engine.js";
import { refuseBatchStatistics } from "./refuse-batch-statistics.js";
import { correctedGradient, takeSnapshot, type Snapshot } from "./snapshot.js";
import { withHandles } from "./with-handles.js";

/** A snapshot, and the steps of its inner loop that are still to come. */
interface Loop extends Snapshot {
  readonly left: number;
}

/** Draws `count` of the ids 0 … size − 1 without replacement, in rising order; all of them are undefined. O(N). */
function drawIds(random: Random, size: number, count: number): Uint32Array | undefined {
  if (count >= size) return undefined;
  const ids = everyId(size);
  return random.shuffle(ids).slice(0, count).sort();
}

/** Draws k ≥ 0 with P(k) = γᵏ (1 − γ), mean γ / (1 − γ). */
function drawGeometric(random: Random, gamma: number): number {
  return Math.floor(Math.log(1 - random.uniform()) / Math.log(gamma));
}

/**
 * Steps along v = Σ c (g(θ) − g(θ̃)) + μ_B + ∇R(θ), by the model's own optimizer: μ_B = (1/B) Σ g(θ̃) over B examples
 * drawn without replacement at the start of each inner loop, θ̃ the parameters there, c the coefficients of the
 * rows. The loop has N steps, P(N = k) = γᵏ (1 − γ), γ = B / (B + b), mean B/b: on average as many gradients as μ_B
 * took. Loops of no step, which would change nothing, are passed over: N is 1 plus a draw of that law.
 *
 * Biased by μ_B − μ within a loop, which is 0 on average over loops; with B = N it is SVRG with random loops. A step
 * costs two gradients, a loop's start B.
 *
 * @throws ESTIMATOR_UNSUPPORTED for models with BatchNormalization
 * @see Lei, Ju, Chen & Jordan 2017, Non-convex finite-sum optimization via SCSG methods, algorithm 1
 */
export const scsg = defineEstimator({
  name: "scsg",
  summary: "SVRG with a mean over B examples and inner loops of random length.",
  paper: "Lei et al. 2017 (arXiv 1706.09156), algorithm 1",
  options: z.strictObject({
    size: scheduled(z.number().min(1))
      .prefault(4096)
      .describe("B: examples that the mean is over; at most the dataset"),
  }),
  setup: ({ size }, { random }) => {
    const kept = keepOnEngine<Loop>("scsg");
    const begin = async (step: EstimatorStep): Promise<Loop> => {
      const [large, small] = [
        Math.min(step.reference.size, Math.round(size(step.progress))),
        step.rows.length,
      ];
      const ids = drawIds(random, step.reference.size, large);
      const snapshot = await takeSnapshot(step, ids && { ids });
      return { ...snapshot, left: 1 + drawGeometric(random, large / (large + small)) };
    };
    return {
      ...kept.lifecycle,
      bind: refuseBatchStatistics("scsg"),
      step: (step) =>
        withHandles(async (own) => {
          const { learner } = step;
          const last = kept.get(learner);
          const ended = last === undefined || last.left === 0;
          const loop = ended ? kept.set(learner, await begin(step)) : last;
          const { direction, result } = await correctedGradient(step, loop);
          learner.apply(own(direction));
          kept.set(learner, { ...loop, left: loop.left - 1 });
          return result;
        }),
    };
  },
});
