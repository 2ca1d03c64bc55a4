import {
  defineEstimator,
  UnequalError,
  type EstimatorStep,
  type Handle,
  type Learner,
  type StepResult,
} from "@unequal/core";
import { z } from "zod";
import { keepOnEngine } from "./keep-on-engine.js";
import { refuseBatchStatistics } from "./refuse-batch-statistics.js";
import { correctedGradient, takeSnapshot, type Snapshot } from "./snapshot.js";
import { withHandles } from "./with-handles.js";

const TAU_2 = 0.5;
const NOTE =
  'The estimator "katyusha" moves the parameters itself: of the optimizer only its learning rate counts.';

/** What an epoch of m steps is made with; y is what the model itself holds. */
interface Epoch extends Snapshot {
  /** Update at which x̃ and μ were taken, and the number s of the epoch. */
  readonly takenAt: number;
  readonly s: number;
  readonly z: Handle;
  /** Weighted mean of the epoch's y so far, and its weights' sum over the last weight. */
  readonly average: Handle;
  readonly mass: number;
}

const options = z.strictObject({
  strongConvexity: z
    .number()
    .min(0)
    .default(0)
    .describe("σ, the λ of a regulariser (λ/2) ‖θ‖²; 0: unknown, τ₁ = 2 / (s + 4) in epoch s"),
  every: z.int().positive().optional().describe("m: updates between snapshots; default two epochs"),
});

/** η = 1 / (3L): the learning rate of the optimizer, which is left out otherwise. @throws ESTIMATOR_UNSUPPORTED */
function stepSize(learner: Learner): number {
  const eta = learner.learningRate();
  if (eta !== undefined) return eta;
  throw new UnequalError(
    "ESTIMATOR_UNSUPPORTED",
    'The estimator "katyusha" takes its step size from the learning rate of the optimizer, but this one has none. Compile the model with one that has, such as "sgd".',
  );
}

async function begin(step: EstimatorStep, last: Epoch | undefined): Promise<Epoch> {
  const snapshot = await takeSnapshot(step, last && { point: last.average });
  const { point } = snapshot;
  const s = last === undefined ? 0 : last.s + 1;
  return {
    ...snapshot,
    z: last?.z ?? point,
    average: point,
    mass: 0,
    s,
    takenAt: step.progress.update,
  };
}

/** Makes one update of x, y, z and the mean of the epoch's y. */
function advance(
  step: EstimatorStep,
  epoch: Epoch,
  { eta, tau1, sigma }: { readonly eta: number; readonly tau1: number; readonly sigma: number },
): Promise<{ readonly next: Epoch; readonly result: StepResult }> {
  const { learner } = step;
  const alpha = eta / tau1;
  return withHandles(async (own) => {
    const x = learner.combine([
      [tau1, epoch.z],
      [TAU_2, epoch.point],
      [1 - tau1 - TAU_2, own(learner.parameters())],
    ]);
    const { direction: v, result } = await correctedGradient(step, epoch, { at: own(x) });
    const y = learner.combine([
      [1, x],
      [-eta, own(v)],
    ]);
    learner.assign(own(y));
    const mass = 1 + epoch.mass / (1 + alpha * sigma);
    const average = learner.combine([
      [1 - 1 / mass, epoch.average],
      [1 / mass, y],
    ]);
    const z = learner.combine([
      [1, epoch.z],
      [-alpha, v],
    ]);
    return { next: { ...epoch, z, average, mass }, result };
  });
}

/**
 * Steps by Katyusha, option I, with η = 1/(3L) the learning rate of the model's optimizer, whose own rule it replaces:
 *
 *   x = τ₁ z + τ₂ x̃ + (1 − τ₁ − τ₂) y,   v = Σ c (g(x) − g(x̃)) + μ + ∇R(x),   y ← x − η v,   z ← z − α v
 *
 * with τ₂ = ½, τ₁ = min(√(m σ / (3L)), ½), α = η/τ₁; after m steps x̃ becomes the mean of the epoch's y, the j-th
 * weighted by (1 + α σ)^j, and μ = (1/N) Σ g(x̃). Where σ is not known, τ₁ = 2 / (s + 4) in epoch s and the mean is plain.
 * E[v] is the full gradient at x under unbiased weights c. The model holds y between the steps: that is what is
 * evaluated and exported; changing it from outside changes y.
 *
 * Keeps x̃, μ, z and the mean: four times the parameters. A step costs two gradients, a snapshot N. The regulariser is
 * part of v here, not a proximal step; decoupled weight decay, which belongs to the optimizer, is left out.
 *
 * @throws ESTIMATOR_UNSUPPORTED for models with BatchNormalization, and optimizers without a learning rate
 * @see Allen-Zhu 2017, Katyusha: the first direct acceleration of stochastic gradient methods, algorithms 1 and 2
 */
export const katyusha = defineEstimator({
  name: "katyusha",
  summary:
    "SVRG's gradient under two momenta, one of them towards the snapshot; replaces the optimizer.",
  paper: "Allen-Zhu 2017 (arXiv 1603.05953), algorithms 1 and 2, option I",
  unbiased: true,
  options,
  setup: ({ strongConvexity: sigma, every }, { events }) => {
    const kept = keepOnEngine<Epoch>("katyusha");
    return {
      ...kept.lifecycle,
      bind: (learner) => {
        refuseBatchStatistics("katyusha")(learner);
        stepSize(learner);
      },
      step: async (step) => {
        const { learner, progress } = step;
        const m = every ?? 2 * progress.updatesPerEpoch;
        const last = kept.get(learner);
        if (last === undefined) events.emit("warning", () => ({ code: "NOTE", message: NOTE }));
        const ended = last === undefined || progress.update - last.takenAt >= m;
        const epoch = ended ? kept.set(learner, await begin(step, last)) : last;
        const eta = stepSize(learner);
        const tau1 = sigma > 0 ? Math.min(Math.sqrt(m * sigma * eta), 0.5) : 2 / (epoch.s + 4);
        const { next, result } = await advance(step, epoch, { eta, tau1, sigma });
        kept.set(learner, next);
        return result;
      },
    };
  },
});
