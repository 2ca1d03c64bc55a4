import { nextAverage } from "../../arrays/moving-average.js";
import type { Stateful } from "../../contracts/state.js";
import type { ReportedGain } from "../../contracts/events.js";
import type { DrawnBy } from "../draws/draw-rows.js";
import { gain } from "../../gain/gain.js";
import { restored } from "../../state/restored.js";

/**
 * Estimates Σs² / Σ(s²/p) of a pool from rows drawn of it, each `times` often where `expected` was the mean:
 * Σs² ≈ Σ times s²/e and Σ(s²/p) ∝ Σ(s²/e) ≈ Σ times s²/e².
 */
function secondMoments(scores: Float32Array, { times, expected }: DrawnBy): number {
  let squares = 0;
  let weighted = 0;
  for (let row = 0; row < scores.length; row++) {
    const e = expected[row] as number;
    const term = ((times[row] as number) * (scores[row] as number) ** 2) / e;
    squares += term;
    weighted += term / e;
  }
  return squares / weighted;
}

/**
 * Estimates by how much old scores put τ wrong: τ(p; s) / τ(p; s̃), s̃ the scores that the probabilities p came from and s
 * those that the step found of the same rows. 1 where they agree; both terms are of the same draw, so that its luck
 * cancels. NaN where it cannot be told.
 */
export function correction(by: DrawnBy, fresh: Float32Array): number {
  return secondMoments(fresh, by) / secondMoments(by.scores, by);
}

/** Corrects an estimate that was made of old scores by what the step found. */
export function corrected(
  estimate: ReportedGain,
  factor: number,
  batchSize: number,
): ReportedGain | undefined {
  if (!(factor > 0 && factor < Infinity)) return undefined;
  const { dispersion, candidates, count } = estimate;
  const tau = estimate.tau * factor;
  return { ...estimate, tau, gain: gain({ tau, dispersion }, { candidates, count, batchSize }) };
}

const SMOOTHING = 0.9;
/** By how much a factor comes back to 1 with each step that does not measure it. */
const FORGETTING = 0.99;

/** Remembers by how much old scores put τ wrong, for steps that have none. */
export interface Agreement extends Stateful {
  /** Takes in the factor of a step; what cannot be told is passed over. */
  readonly learn: (factor: number) => void;
  /** Returns the moving average of the factors, which is 1 in the end if none comes any more: so that it is tried again. */
  readonly forget: () => number;
}

/** Creates the memory of a run whose scores are right until shown otherwise. */
export function createAgreement(): Agreement {
  let mean = 1;
  return {
    learn: (factor) => {
      if (factor > 0 && factor < Infinity) mean = nextAverage(mean, factor, SMOOTHING);
    },
    forget: () => {
      const now = mean;
      mean = nextAverage(mean, 1, FORGETTING);
      return now;
    },
    state: () => ({ version: 1, mean }),
    restore: (state) => {
      ({ mean } = restored<{ mean: number }>(state, 1, "the agreement of scores"));
    },
  };
}
