import type { StepDurations } from "@unequal/core";
import type { RunFigures } from "./track-run.js";

/** Compares what importance and uniform steps take; NaN where there were no importance steps. */
export interface StepTimes {
  /** Median seconds of an importance step, and of a uniform one on the same machine at the same time. */
  readonly importance: number;
  readonly uniform: number;
  /** importance / uniform: what a step of importance sampling really cost. */
  readonly ratio: number;
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
 * Computes the times of a run's steps. A uniform step is taken to load its share b/B of what an importance step
 * loads, and to train as long as it: both are then timed in the same moments, which comparing the steps before a
 * switch with those after it would not do. Rows drawn twice are trained once, so uniform steps look a little cheaper
 * than they are.
 */
export function stepTimes(
  { importanceTimes, uniformTimes }: Pick<RunFigures, "importanceTimes" | "uniformTimes">,
  shareOfPool: number,
): StepTimes {
  const importance = median(importanceTimes.map(total)) / 1000;
  const uniform =
    median(importanceTimes.map(({ load, train }) => load * shareOfPool + train)) / 1000;
  const all = [...importanceTimes, ...uniformTimes];
  const spent = all.reduce((sum, durations) => sum + total(durations), 0);
  const scored = all.reduce((sum, { score }) => sum + score, 0);
  return {
    importance,
    uniform,
    ratio: importance / uniform,
    scoringShare: spent === 0 ? 0 : scored / spent,
  };
}
