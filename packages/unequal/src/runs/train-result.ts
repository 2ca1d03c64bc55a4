import type { Evaluation } from "@unequal/core";
import type { RunConfig } from "../config/resolve-config.js";
import { scaledRate } from "../reporters/scaled-rate.js";
import type { RunFigures } from "../reporters/track-run.js";

/** What `unequal train --json` prints as the last line of its output. */
export interface TrainResult {
  readonly backend: string;
  readonly sampler: string;
  /** Null where the sampler does not draw by score. */
  readonly scorer: string | null;
  /** Null where a whole scheduler takes its place. */
  readonly gate: string | null;
  readonly scheduler?: string;
  readonly model: string;
  readonly dataset: string;
  readonly seed: number | string;
  readonly steps: number;
  readonly importanceSteps: number;
  /** Spent in training, and in measuring on the way: evaluation is off the clock. */
  readonly seconds: number;
  /** Unweighted mean over the training set at the end. */
  readonly trainLoss: number | null;
  /** Null without a test set; the error also where the targets are no classes. */
  readonly testLoss: number | null;
  readonly testError: number | null;
  /** Means over the importance steps; null if there were none. */
  readonly tau: number | null;
  readonly effectiveSampleSize: number | null;
  /** φ: what the learning rate was multiplied with, and the largest; null too where it is the user's. */
  readonly rate: number | null;
  readonly largestRate: number | null;
  /** Null if nothing was written. */
  readonly out: string | null;
  /** Whether a signal ended it: where it can go on, it was not evaluated. */
  readonly interrupted: boolean;
}

/** Sums up a run for programs. */
export function resultOf(facts: {
  readonly config: RunConfig;
  readonly figures: RunFigures;
  readonly train: Evaluation | undefined;
  readonly test: Evaluation | undefined;
  readonly interrupted: boolean;
}): TrainResult {
  const { config, figures, train, test, interrupted } = facts;
  const rate = scaledRate(facts);
  return {
    backend: config.backend.name,
    sampler: config.sampler.name,
    scorer: config.scorer?.name ?? null,
    gate: config.gate?.name ?? null,
    ...(config.scheduler && { scheduler: config.scheduler.name }),
    model: config.model.name,
    dataset: config.dataset.name,
    seed: config.seed,
    steps: figures.step,
    importanceSteps: figures.importanceSteps,
    seconds: figures.seconds,
    trainLoss: train?.loss ?? null,
    testLoss: test?.loss ?? null,
    testError: test?.metrics["error"] ?? null,
    tau: figures.tau ?? null,
    effectiveSampleSize: figures.effectiveSampleSize ?? null,
    rate: rate?.mean ?? null,
    largestRate: rate?.largest ?? null,
    out: config.out ?? null,
    interrupted,
  };
}
