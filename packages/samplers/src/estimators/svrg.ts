import {
  defineEstimator,
  restored,
  UnequalError,
  type EstimatorStep,
  type Handle,
  type Learner,
  type Plain,
  type StepResult,
} from "@unequal/core";
import { z } from "zod";
import { meanGradient } from "./mean-gradient.js";

/** Holds θ̃, the gradient μ there, and the update at which they were taken. */
interface Snapshot {
  readonly takenAt: number;
  readonly learner: Learner;
  readonly parameters: Handle;
  readonly mean: Handle;
}

/** Holds a snapshot on the host. */
interface StoredSnapshot {
  readonly takenAt: number;
  readonly parameters: readonly Float32Array[];
  readonly mean: readonly Float32Array[];
}

function release(snapshot: Snapshot | undefined): void {
  snapshot?.parameters.dispose();
  snapshot?.mean.dispose();
}

async function store({ learner, takenAt, parameters, mean }: Snapshot): Promise<StoredSnapshot> {
  return {
    takenAt,
    parameters: await learner.read(parameters),
    mean: await learner.read(mean),
  };
}

function load(learner: Learner, { takenAt, parameters, mean }: StoredSnapshot): Snapshot {
  return {
    takenAt,
    learner,
    parameters: learner.write(parameters),
    mean: learner.write(mean),
  };
}

async function take(step: EstimatorStep): Promise<Snapshot> {
  const { learner, progress } = step;
  const mean = await meanGradient(step);
  return { takenAt: progress.update, learner, parameters: learner.parameters(), mean };
}

/** Applies v = g(θ) + ∇R(θ) − g(θ̃) + μ, both gradients of the same rows with the same noise. */
async function correctedStep(step: EstimatorStep, snapshot: Snapshot): Promise<StepResult> {
  const { learner, noise, signals } = step;
  const shared = { noise, mode: "training" } as const;
  const present = await learner.gradient(step, { ...shared, regulariser: true, signals });
  const owned = [present.gradient];
  try {
    const at = { at: snapshot.parameters, regulariser: false, signals: [] } as const;
    const past = await learner.gradient(step, { ...shared, ...at });
    owned.push(past.gradient);
    const direction = learner.combine([
      [1, present.gradient],
      [-1, past.gradient],
      [1, snapshot.mean],
    ]);
    owned.push(direction);
    learner.apply(direction);
    return present.result;
  } finally {
    for (const handle of owned) handle.dispose();
  }
}

function checkModel({ facts }: Learner): void {
  if (!facts.batchStatistics) return;
  throw new UnequalError(
    "ESTIMATOR_UNSUPPORTED",
    'The estimator "svrg" needs gradients that do not depend on the other rows of a batch, but this model has BatchNormalization. Use the estimator "plain", or a model without it.',
  );
}

/**
 * Steps along v = Σ c (g(θ) − g(θ̃)) + μ + ∇R(θ): θ̃ a snapshot of the parameters taken every so many updates,
 * μ = (1/N) Σ g(θ̃) over the dataset, c the coefficients of the rows. E[v] is the full gradient under unbiased
 * weights, and its variance vanishes as θ and θ̃ near the optimum. Importance coefficients touch neither μ nor R.
 *
 * A step costs two gradients, a snapshot N; dropout noise is drawn anew for μ, so there v is unbiased over
 * the noise only.
 *
 * @throws ESTIMATOR_UNSUPPORTED for models with BatchNormalization
 * @see Johnson & Zhang 2013, Accelerating SGD using predictive variance reduction, algorithm 1
 */
export const svrg = defineEstimator({
  name: "svrg",
  summary: "The gradient, corrected by that at a snapshot and its mean over the dataset.",
  paper: "Johnson & Zhang 2013, algorithm 1",
  unbiased: true,
  options: z.strictObject({
    every: z
      .int()
      .positive()
      .default(1000)
      .describe("updates between snapshots; about two epochs suit well"),
  }),
  setup: ({ every }) => {
    let snapshot: Snapshot | undefined;
    let stored: StoredSnapshot | undefined;
    const current = async (step: EstimatorStep): Promise<Snapshot> => {
      if (stored !== undefined) snapshot = load(step.learner, stored);
      stored = undefined;
      if (snapshot !== undefined && step.progress.update - snapshot.takenAt < every)
        return snapshot;
      release(snapshot);
      snapshot = undefined;
      return (snapshot = await take(step));
    };
    return {
      bind: checkModel,
      step: async (step) => correctedStep(step, await current(step)),
      state: async () => ({
        version: 1,
        snapshot: structuredClone(stored ?? (snapshot && (await store(snapshot)))) as Plain,
      }),
      restore: async (state) => {
        release(snapshot);
        snapshot = undefined;
        stored = restored<{ snapshot?: StoredSnapshot }>(state, 1, "svrg").snapshot;
      },
      dispose: () => {
        release(snapshot);
        snapshot = undefined;
      },
    };
  },
});
