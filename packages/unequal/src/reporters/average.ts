import { nextAverage } from "@unequal/core";

/** What is known of numbers: plain data, so that it can be saved. */
export interface Average {
  count: number;
  sum: number;
  moving: number;
}

const SMOOTHING = 0.9;

/** Makes an average of nothing yet. */
export function average(): Average {
  return { count: 0, sum: 0, moving: 0 };
}

/** Takes in a number; `undefined` is passed over. */
export function add(average: Average, value: number | undefined): void {
  if (value === undefined) return;
  average.count += 1;
  average.sum += value;
  average.moving = nextAverage(average.moving, value, SMOOTHING);
}

/** The mean of all; undefined before the first. */
export function meanOf({ count, sum }: Average): number | undefined {
  return count === 0 ? undefined : sum / count;
}

/** The exponential moving average with factor 0.9, corrected for its start at 0; undefined before the first. */
export function latestOf({ count, moving }: Average): number | undefined {
  return count === 0 ? undefined : moving / (1 - SMOOTHING ** count);
}
