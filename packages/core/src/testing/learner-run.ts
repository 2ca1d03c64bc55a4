import { everyId, everyRow } from "../arrays/every-row.js";
import type { HostBatch } from "../contracts/arrays.js";
import type { Dataset } from "../contracts/dataset.js";
import type { Batch, GradientOptions, Handle, Learner } from "../contracts/learner.js";
import type { State } from "../contracts/state.js";
import type { Values } from "./close.js";

/** A learner under test, with examples that suit it. */
export interface LearnerFixture {
  readonly learner: Learner;
  /** At least eight examples. */
  readonly dataset: Dataset;
  /** Counts what is alive on the engine (`tf.memory().numTensors`), where that can be known. */
  readonly alive?: () => number;
  /**
   * False where model, dataset or engine cannot be had twice: a learner that replicates must then refuse to; default true.
   */
  readonly replicable?: boolean;
  /** Frees the model and what else the fixture made. */
  readonly dispose?: () => void | Promise<void>;
}

/** Makes the learner under test: a new one at each call. */
export type LearnerSubject = () => LearnerFixture | Promise<LearnerFixture>;

/** A learner at work on the first examples of its dataset. */
export interface LearnerRun extends LearnerFixture {
  readonly host: HostBatch;
  readonly batch: Batch;
  /** Reads the present parameters. */
  readonly parameters: () => Promise<Values>;
  /** Computes the gradient of Σ c ℓ over the rows of the coefficients, in inference mode unless told otherwise. */
  readonly gradient: (
    coefficients: readonly number[],
    options?: Partial<GradientOptions>,
  ) => Promise<Values>;
  /** Makes one update on all rows, and returns the parameters after it. */
  readonly train: (noise: number) => Promise<Values>;
}

/** Number of examples that the laws work with. */
export const ROWS = 6;

/** Coefficients that are neither equal nor add up to 1. */
export const UNEVEN = [0.3, 0.1, 0.05, 0.2, 0.4, 0.15];

/** Reads a handle and disposes it. */
export async function readOnce(learner: Learner, handle: Handle): Promise<Values> {
  try {
    return await learner.read(handle);
  } finally {
    handle.dispose();
  }
}

function runOf(fixture: LearnerFixture, host: HostBatch, batch: Batch): LearnerRun {
  const { learner } = fixture;
  const weighted = (coefficients: readonly number[]) => ({
    batch,
    rows: everyRow(coefficients.length),
    coefficients: Float32Array.from(coefficients),
  });
  const parameters = (): Promise<Values> => readOnce(learner, learner.parameters());
  return {
    ...fixture,
    host,
    batch,
    parameters,
    gradient: async (coefficients, options = {}) => {
      const { gradient } = await learner.gradient(weighted(coefficients), {
        noise: 11,
        mode: "inference",
        regulariser: false,
        signals: [],
        ...options,
      });
      return readOnce(learner, gradient);
    },
    train: async (noise) => {
      await learner.step(weighted(UNEVEN), { noise, signals: [] });
      return parameters();
    },
  };
}

/** Runs something with a new learner and its first examples uploaded, and frees both. */
export async function withLearner(
  make: LearnerSubject,
  use: (run: LearnerRun) => void | Promise<void>,
): Promise<void> {
  const fixture = await make();
  const ids = everyId(ROWS);
  try {
    const host = await fixture.dataset.take(ids, new Uint32Array(ROWS));
    const batch = fixture.learner.upload(host);
    try {
      await use(runOf(fixture, host, batch));
    } finally {
      batch.dispose();
    }
  } finally {
    fixture.learner.dispose?.();
    await fixture.dispose?.();
  }
}

/** Clones a state, as storing it would. */
export async function savedState(learner: Learner): Promise<State> {
  return structuredClone(await learner.state());
}
