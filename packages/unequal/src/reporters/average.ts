import { nextAverage } from "@unequal/core";

/** Averages numbers over all of them, and over the latest. */
export interface Average {
  /** Takes in a number; `undefined` is passed over. */
  readonly add: (value: number | undefined) => void;
  /** The mean of all; undefined before the first. */
  readonly mean: () => number | undefined;
  /** The exponential moving average with factor 0.9, corrected for its start at 0; undefined before the first. */
  readonly latest: () => number | undefined;
}

const SMOOTHING = 0.9;

/** Makes an average of nothing yet. */
export function average(): Average {
  let count = 0;
  let sum = 0;
  let moving = 0;
  return {
    add: (value) => {
      if (value === undefined) return;
      count += 1;
      sum += value;
      moving = nextAverage(moving, value, SMOOTHING);
    },
    mean: () => (count === 0 ? undefined : sum / count),
    latest: () => (count === 0 ? undefined : moving / (1 - SMOOTHING ** count)),
  };
}
