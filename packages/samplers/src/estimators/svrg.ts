import { defineEstimator, scheduled, type EstimatorStep } from "@unequal/core";
import { z } from "zod";
import { keepOnEngine } from "./keep-on-engine.js";
import { refuseBatchStatistics } from "./refuse-batch-statistics.js";
import { correctedGradient, takeSnapshot, type Snapshot } from "./snapshot.js";
import { withHandles } from "./with-handles.js";

/** A snapshot, and the update at which it was taken. */
interface DatedSnapshot extends Snapshot {
  readonly takenAt: number;
}

const options = z.strictObject({
  every: z.int().positive().optional().describe("updates between snapshots; default two epochs"),
  alpha: scheduled(z.number().min(0).max(1))
    .prefault(1)
    .describe("share of the correction: 1 is SVRG, linear(0.75, 0) α-SVRG, 0 plain"),
});

/**
 * Steps along v = Σ c (g(θ) − α g(θ̃)) + α μ + ∇R(θ), by the model's own optimizer: θ̃ a snapshot of the parameters
 * taken every so many updates, μ = (1/N) Σ g(θ̃) over the dataset, c the coefficients of the rows. E[v] is the full
 * gradient under unbiased weights, for every α; with α = 1 its variance vanishes as θ and θ̃ near the optimum.
 * Importance coefficients touch neither μ nor R.
 *
 * A step costs two gradients, a snapshot N. Under dropout μ has other noise than g(θ̃): v is then unbiased over the
 * noise too, not for each mask.
 *
 * @throws ESTIMATOR_UNSUPPORTED for models with BatchNormalization
 * @see Johnson & Zhang 2013, Accelerating SGD using predictive variance reduction, algorithm 1
 * @see Yin et al. 2023, A coefficient makes SVRG effective (arXiv 2311.05589), for α
 */
export const svrg = defineEstimator({
  name: "svrg",
  summary: "The gradient, corrected by that at a snapshot and its mean over the dataset.",
  paper: "Johnson & Zhang 2013, algorithm 1; with alpha, Yin et al. 2023 (arXiv 2311.05589)",
  unbiased: true,
  options,
  setup: ({ every, alpha }) => {
    const kept = keepOnEngine<DatedSnapshot>("svrg");
    const current = async (step: EstimatorStep): Promise<DatedSnapshot> => {
      const { update, updatesPerEpoch } = step.progress;
      const last = kept.get(step.learner);
      const due = last === undefined || update - last.takenAt >= (every ?? 2 * updatesPerEpoch);
      if (!due) return last;
      return kept.set(step.learner, { ...(await takeSnapshot(step)), takenAt: update });
    };
    return {
      ...kept.lifecycle,
      bind: refuseBatchStatistics("svrg"),
      step: (step) =>
        withHandles(async (own) => {
          const snapshot = await current(step);
          const share = { alpha: alpha(step.progress) };
          const { direction, result } = await correctedGradient(step, snapshot, share);
          step.learner.apply(own(direction));
          return result;
        }),
    };
  },
});
