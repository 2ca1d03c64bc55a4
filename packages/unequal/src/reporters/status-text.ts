import { shareDone, type Budget } from "@unequal/core";
import { numberText } from "./number-text.js";
import { timeText } from "./time-text.js";
import type { RateFigures, RunFigures } from "./track-run.js";

/** What a line about a running run needs to know of it. */
export interface RunLimits {
  readonly budget: Budget;
  readonly updatesPerEpoch: number;
}

/** The state of a run in words and as a share done, 0 to 1. */
export interface RunStatus {
  readonly fraction: number;
  readonly step: string;
  readonly loss: string;
  readonly tau: string;
  readonly importance: "on" | "off";
  /** Empty while φ has always been 1. */
  readonly rate: string;
  readonly speed: string;
  readonly left: string;
}

function rateText(rate: RateFigures | undefined): string {
  return rate === undefined || rate.mean === 1 ? "" : `×${numberText(rate.latest)}`;
}

/** Describes how far a run is; `rate` is φ, `speed` counts rows trained on in a second, `left` is training time. */
export function statusText(figures: RunFigures, limits: RunLimits): RunStatus {
  const { step, seconds, rowsPerStep = Number.NaN, secondsPerStep = Number.NaN } = figures;
  const fraction = shareDone(limits.budget, { update: step, seconds }, limits.updatesPerEpoch) ?? 0;
  const left = fraction > 0 ? (seconds * (1 - fraction)) / fraction : Number.NaN;
  return {
    fraction,
    step: step.toLocaleString("en-US"),
    loss: numberText(figures.loss),
    tau: numberText(figures.estimatedTau),
    importance: figures.importance ? "on" : "off",
    rate: rateText(figures.rate),
    speed: numberText(rowsPerStep / secondsPerStep),
    left: timeText(left),
  };
}
