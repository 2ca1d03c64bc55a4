import { everyRow, type EstimatorStep, type Handle, type StepResult } from "@unequal/core";
import { sumUp } from "./sum-up.js";
import { withHandles } from "./with-handles.js";

/** Holds a point θ̃, and μ, the mean of the examples' gradients there, without regularisers. */
export interface Snapshot {
  readonly point: Handle;
  readonly mean: Handle;
}

/** Says which snapshot to take. */
interface SnapshotRequest {
  /** θ̃, given away; absent: a copy of the present parameters. */
  readonly point?: Handle;
  /** Examples that μ is the mean over; absent: all. */
  readonly ids?: Uint32Array;
}

function meanGradient(
  { learner, random, reference }: EstimatorStep,
  { point, ids }: SnapshotRequest,
): Promise<Handle> {
  const count = ids?.length ?? reference.size;
  return sumUp(learner, (add) =>
    reference.walk(async (batch) => {
      const rows = everyRow(batch.size);
      const coefficients = new Float32Array(batch.size).fill(1 / count);
      const pass = { noise: random.seed(), mode: "training", regulariser: false } as const;
      const { gradient } = await learner.gradient(
        { batch, rows, coefficients },
        { ...pass, ...(point && { at: point }), signals: [] },
      );
      add(1, gradient);
      gradient.dispose();
    }, ids),
  );
}

/**
 * Takes a snapshot: a forward and a backward pass over the reference set, or the examples named. Dropout noise is
 * drawn anew for each of its batches.
 *
 * @throws DATASET_EMPTY
 */
export async function takeSnapshot(
  step: EstimatorStep,
  request: SnapshotRequest = {},
): Promise<Snapshot> {
  const mean = await meanGradient(step, request);
  return { mean, point: request.point ?? step.learner.parameters() };
}

/**
 * Computes v = Σ c (g(θ) − α g(θ̃)) + α μ + ∇R(θ), owned by the caller: c the coefficients of the rows, g their
 * gradients, both under the same dropout noise. `at`: θ, absent the present parameters; α is 1 by default.
 * Two forward and backward passes.
 */
export function correctedGradient(
  step: EstimatorStep,
  { point, mean }: Snapshot,
  { at, alpha = 1 }: { readonly at?: Handle; readonly alpha?: number } = {},
): Promise<{ readonly direction: Handle; readonly result: StepResult }> {
  const { learner, noise, signals } = step;
  const pass = { noise, mode: "training" } as const;
  return withHandles(async (own) => {
    const here = { ...pass, ...(at && { at }), regulariser: true, signals };
    const present = await learner.gradient(step, here);
    own(present.gradient);
    const there = { ...pass, at: point, regulariser: false, signals: [] };
    const past = await learner.gradient(step, there);
    own(past.gradient);
    const direction = learner.combine([
      [1, present.gradient],
      [-alpha, past.gradient],
      [alpha, mean],
    ]);
    return { direction, result: present.result };
  });
}
