import type { StepDurations } from "@unequal/core";
import type { ImportanceTime, RunFigures } from "./track-run.js";

/** Compares what importance and uniform steps take; NaN where there were no importance steps. */
export interface StepTimes {
  /** Typical seconds of an importance step, and of a uniform one on the same machine at the same time. */
  readonly importance: number;
  readonly uniform: number;
  /** importance / uniform: what a step of importance sampling really cost. */
  readonly ratio: number;
  /** Share of the run's time that went into scoring. */
  readonly scoringShare: number;
}

/** Of an even number of figures the upper of the middle two: one that was seen, so that those of rows and of times go together. */
function middle(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}

type Point = Pick<ImportanceTime, "rows" | "train">;

function total({ load, score, train }: StepDurations): number {
  return load + score + train;
}

/**
 * Estimates the milliseconds that training on a number of rows takes: by the line through the medians of the steps of
 * fewer rows and of those of more, no steeper than in proportion to the rows, and not falling.
 */
function trainTime(times: readonly ImportanceTime[], count: number): number {
  const sorted = [...times].sort((a, b) => a.rows - b.rows);
  const half = sorted.length >> 1;
  const [all, fewer, more] = [sorted, sorted.slice(0, half), sorted.slice(half)].map((steps) => ({
    rows: middle(steps.map(({ rows }) => rows)),
    train: middle(steps.map(({ train }) => train)),
  })) as [Point, Point, Point];
  const steepest = all.train / all.rows;
  const slope =
    more.rows > fewer.rows ? (more.train - fewer.train) / (more.rows - fewer.rows) : steepest;
  return all.train + (count - all.rows) * Math.min(Math.max(slope, 0), steepest);
}

/**
 * Computes the times of a run's steps. A uniform step of b rows is taken to load and to train as importance steps did,
 * which load B candidates, or only the rows that they drew, and train on the distinct ones among these: both are then
 * timed in the same moments, which comparing the steps before a switch with those after it would not do.
 */
export function stepTimes(
  { importanceTimes, spent, scored }: Pick<RunFigures, "importanceTimes" | "spent" | "scored">,
  batchSize: number,
): StepTimes {
  // a step on no rows has nothing to tell of rows
  const trained = importanceTimes.filter(({ rows }) => rows > 0);
  const loadOfRow = middle(trained.map(({ load, loaded }) => load / loaded));
  const importance = middle(importanceTimes.map(total)) / 1000;
  const uniform = (batchSize * loadOfRow + trainTime(trained, batchSize)) / 1000;
  return {
    importance,
    uniform,
    ratio: importance / uniform,
    scoringShare: spent === 0 ? 0 : scored / spent,
  };
}
