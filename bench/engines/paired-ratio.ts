import { createRandom } from "@unequal/core";
import type { ComparisonResult } from "../measure.js";

const RESAMPLES = 2000;

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (index: number) => sorted[index] ?? Number.NaN;
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? at(middle) : (at(middle) + at(middle - 1)) / 2;
}

/** Compares times that were taken in the same rounds, as `compare` does with those that it takes itself. */
export function pairedRatio(ours: readonly number[], theirs: readonly number[]): ComparisonResult {
  const random = createRandom("bootstrap");
  const ratios = ours.map((value, round) => value / (theirs[round] ?? Number.NaN));
  const draw = () => ratios[random.integer(ratios.length)] ?? Number.NaN;
  const medians = Array.from({ length: RESAMPLES }, () => median(ratios.map(draw)));
  medians.sort((a, b) => a - b);
  const at = (index: number) => medians[index] ?? Number.NaN;
  return {
    ours: median(ours),
    theirs: median(theirs),
    ratio: median(ratios),
    interval: [at(Math.floor(0.025 * RESAMPLES)), at(Math.ceil(0.975 * RESAMPLES) - 1)],
    pairs: ratios.length,
  };
}
