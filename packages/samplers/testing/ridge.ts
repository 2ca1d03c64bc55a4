import {
  createRandom,
  type Batch,
  type Estimator,
  type EstimatorStep,
  type Handle,
  type Learner,
} from "@unequal/core";
import {
  setUpPart,
  toyDataset,
  toyLearner,
  toyProgress,
  type ToyLearner,
  type ToyLearnerOptions,
} from "@unequal/core/testing";
import { expect } from "vitest";
import { plain } from "../src/index.js";

export const N = 16;
export const FEATURES = 4;
/** λ of the regulariser (λ/2) ‖θ‖². */
export const LAMBDA = 0.3;

export const dataset = toyDataset({ size: N, task: "numbers", outputs: 1, features: FEATURES });
export const ids = Array.from({ length: N }, (_, id) => id);

/** Ridge regression on targets that no θ fits; in float64. */
export function ridge(options: ToyLearnerOptions = {}): ToyLearner {
  return toyLearner({
    loss: "squared",
    outputs: 1,
    features: FEATURES,
    l2: LAMBDA,
    learningRate: 0.045,
    ...options,
  });
}

/** The same, with a learner that does not let on that its outputs are linear in θ. */
export function nonlinearRidge(options: ToyLearnerOptions = {}): ToyLearner {
  const learner = ridge(options);
  return { ...learner, facts: { ...learner.facts, linear: false } };
}

async function upload(learner: Learner, some: readonly number[], weights?: Float32Array) {
  const host = await dataset.take(Uint32Array.from(some), new Uint32Array(some.length));
  return learner.upload({ ...host, ...(weights && { weights }) });
}

/** Says which step to make: coefficients of 1 / b and no first stage by default. */
export interface StepRequest {
  readonly update?: number;
  readonly some: readonly number[];
  readonly coefficients?: readonly number[];
  readonly weights?: readonly number[];
  /** Is told which ids a walk over the reference set visits; undefined for all. */
  readonly onWalk?: (named: Uint32Array | undefined) => void;
}

/** Hands an estimator one step on some examples. The batch is the caller's to dispose. */
export async function makeStep(learner: Learner, request: StepRequest): Promise<EstimatorStep> {
  const { update = 0, some, onWalk } = request;
  const weights = request.weights && Float32Array.from(request.weights);
  return {
    learner,
    batch: await upload(learner, some, weights),
    rows: Int32Array.from(some.keys()),
    ids: Uint32Array.from(some),
    ...(weights && { weights }),
    coefficients: Float32Array.from(request.coefficients ?? some.map(() => 1 / some.length)),
    progress: toyProgress(update),
    rate: 1,
    noise: 1,
    random: createRandom(0),
    signals: [],
    reference: {
      size: N,
      walk: async (visit, named) => {
        onWalk?.(named);
        const walked = named ?? Uint32Array.from(ids);
        for (const chunk of [walked.slice(0, 7), walked.slice(7)]) {
          if (chunk.length === 0) continue;
          const batch: Batch = await upload(learner, [...chunk]);
          await visit(batch, chunk);
          batch.dispose();
        }
      },
    },
  };
}

export async function theta(learner: Learner): Promise<Float64Array> {
  const { theta: values } = (await learner.state()) as unknown as { theta: Float64Array };
  return values;
}

/** Returns v: how far a step of rate 1 moves, turned round. */
export async function direction(
  learner: Learner,
  estimator: Estimator,
  step: EstimatorStep,
): Promise<Float64Array> {
  const before = await theta(learner);
  const rate = learner.learningRate() as number;
  learner.setLearningRate(1);
  await estimator.step(step);
  learner.setLearningRate(rate);
  step.batch.dispose();
  const after = await theta(learner);
  return before.map((value, at) => value - (after[at] as number));
}

/** Moves the parameters by SGD on one example, the estimator under test left out. */
export async function moveOn(learner: Learner, id: number): Promise<void> {
  const step = await makeStep(learner, { some: [id] });
  await setUpPart(plain()).role.step(step);
  step.batch.dispose();
}

async function vectorOf(learner: Learner, handle: Handle): Promise<Float64Array> {
  const parts = await learner.read(handle);
  handle.dispose();
  return Float64Array.from(parts[0] ?? [], (_, at) =>
    parts.reduce((sum, part) => sum + (part[at] as number), 0),
  );
}

/** Computes the mean gradient of some examples at the present parameters. */
export async function gradientOf(
  learner: Learner,
  some: readonly number[],
  regulariser = false,
): Promise<Float64Array> {
  const { batch, rows, coefficients } = await makeStep(learner, { some });
  const pass = { noise: 1, mode: "training", regulariser, signals: [] } as const;
  const { gradient } = await learner.gradient({ batch, rows, coefficients }, pass);
  batch.dispose();
  return vectorOf(learner, gradient);
}

/** Adds vectors up: Σ factor · vector. */
export function sumOf(...terms: readonly (readonly [number, Float64Array])[]): Float64Array {
  const [[, first] = [0, new Float64Array()]] = terms;
  return first.map((_, at) =>
    terms.reduce((sum, [factor, vector]) => sum + factor * (vector[at] as number), 0),
  );
}

export function squaredDistance(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, at) => sum + (value - (b[at] as number)) ** 2, 0);
}

/** Checks that two vectors agree to a share of the second's length. */
export function expectEqual(actual: Float64Array, wanted: Float64Array, tolerance = 1e-9): void {
  expect(actual.length).toBe(wanted.length);
  const gap = Math.sqrt(squaredDistance(actual, wanted));
  expect(gap).toBeLessThan(tolerance * Math.hypot(...wanted));
}
