import type { StepDurations } from "@unequal/core";
import type { RunFigures } from "./track-run.js";

/** Compares what importance and uniform steps took in one and the same run. */
export interface StepTimes {
  /** Median seconds of an importance step, and of a uniform one. */
  readonly importance: number;
  readonly uniform: number;
  /** importance / uniform: what a step of importance sampling really cost. */
  readonly ratio: number;
  /** Share of the run's time that went into scoring. */
  readonly scoringShare: number;
}

/** Uniform steps needed for their median to be trusted. */
const ENOUGH = 10;

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}

function total({ load, score, train }: StepDurations): number {
  return load + score + train;
}

/**
 * Computes the times of a run's steps. Where hardly any step was uniform, a uniform step is taken to load its
 * share b/B of what an importance step loads, and to train as long.
 */
export function stepTimes(
  { importanceTimes, uniformTimes }: RunFigures,
  shareOfPool: number,
): StepTimes {
  const importance = median(importanceTimes.map(total)) / 1000;
  const uniform =
    uniformTimes.length >= ENOUGH
      ? median(uniformTimes.map(total)) / 1000
      : median(importanceTimes.map(({ load, train }) => load * shareOfPool + train)) / 1000;
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
