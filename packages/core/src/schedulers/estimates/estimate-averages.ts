import { z } from "zod";
import { nextAverage } from "../../arrays/moving-average.js";
import type { GainEstimate } from "../../contracts/events.js";

/** Remembers exponential moving averages of estimates, before the correction of their start at 0. */
export interface EstimateAverages extends GainEstimate {
  /** Estimates ever. */
  readonly count: number;
}

/** Remembers no estimate. */
export const noEstimates: EstimateAverages = { count: 0, tau: 0, dispersion: 0, totalVariation: 0 };

/** The option that sets how slowly averages move. */
export const smoothingOption = z
  .number()
  .min(0)
  .lt(1)
  .default(0.9)
  .describe("factor of the moving average");

/** Takes in an estimate: average ← smoothing · average + (1 − smoothing) · estimate. */
export function nextAverages(
  memory: EstimateAverages,
  estimate: GainEstimate,
  smoothing: number,
): EstimateAverages {
  const next = (old: number, value: number): number => nextAverage(old, value, smoothing);
  return {
    count: memory.count + 1,
    tau: next(memory.tau, estimate.tau),
    dispersion: next(memory.dispersion, estimate.dispersion),
    totalVariation: next(memory.totalVariation, estimate.totalVariation),
  };
}

/** Returns the averages, corrected by 1 / (1 − smoothingⁿ); those of equal scores before the first estimate. */
export function averagesOf(memory: EstimateAverages, smoothing: number): GainEstimate {
  const { count, tau, dispersion, totalVariation } = memory;
  if (count === 0) return { tau: 1, dispersion: 1, totalVariation: 0 };
  const share = 1 - smoothing ** count;
  return {
    tau: tau / share,
    dispersion: dispersion / share,
    totalVariation: totalVariation / share,
  };
}
