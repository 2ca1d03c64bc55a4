import type { StepDurations } from "@unequal/core";
import type { RunFigures } from "./track-run.js";

/** Compares what importance and uniform steps take; NaN where there were no importance steps. */
export interface StepTimes {
  /** Median seconds of an importance step, and of a uniform one on the same machine at the same time. */
  readonly importance: number;
  readonly uniform: number;
  /** importance / uniform: what a step of importance sampling really cost. */
  readonly ratio: number;
  /** r: seconds that a row takes to train on over those that a candidate takes to score. */
  readonly stepOverScore: number;
  /** Share of the run's time that went into scoring. */
  readonly scoringShare: number;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}

function total({ load, score, train }: StepDurations): number {
  return load + score + train;
}

/**
 * Computes the times of a run's steps. With importance steps of a rows from B candidates, a uniform step of b rows is
 * taken to load and to train as they did, load · b/B + train · b/a: both are then timed in the same moments, which
 * comparing the steps before a switch with those after it would not do. Rows drawn twice are trained once, so uniform
 * steps look a little cheaper than they are. What is left of an importance step, score + load (1 − a/B), is scoring.
 */
export function stepTimes(
  { importanceTimes, uniformTimes }: Pick<RunFigures, "importanceTimes" | "uniformTimes">,
  batchSize: number,
): StepTimes {
  const row = median(
    importanceTimes.map(({ load, train, candidates, count }) => load / candidates + train / count),
  );
  const candidate = median(
    importanceTimes.map(
      ({ load, score, candidates, count }) =>
        (score + load * (1 - count / candidates)) / candidates,
    ),
  );
  const importance = median(importanceTimes.map(total)) / 1000;
  const uniform = (batchSize * row) / 1000;
  const all = [...importanceTimes, ...uniformTimes];
  const spent = all.reduce((sum, durations) => sum + total(durations), 0);
  const scored = all.reduce((sum, { score }) => sum + score, 0);
  return {
    importance,
    uniform,
    ratio: importance / uniform,
    stepOverScore: row / candidate,
    scoringShare: spent === 0 ? 0 : scored / spent,
  };
}
