import type { Costs } from "../contracts/scheduler.js";
import type { GainEstimate } from "../events.js";
import { gain } from "../training/gain.js";

/** Fixes how the tau gate decides. */
export interface TauRule {
  /** `pool`: by gain = 1/(V/τ + b/B); `slides`: by τ. */
  readonly account: "pool" | "slides";
  /** Of the slides' account: `slides` compares τ itself, `paper` its square root. */
  readonly form: "slides" | "paper";
  /** On above threshold · (1 + margin), off below threshold · (1 − margin). */
  readonly margin: number;
  /** Least number of estimates between two switches, and before the first. */
  readonly dwell: number;
  /** Factor of the exponential moving averages of τ and V. */
  readonly smoothing: number;
  readonly batchSize: number;
  readonly presample: number;
}

/** What the tau gate remembers. */
export interface TauMemory {
  readonly on: boolean;
  /** Estimates since the last switch. */
  readonly since: number;
  /** Estimates ever, for the averages' bias correction. */
  readonly count: number;
  /** Averages of τ and V before bias correction. */
  readonly tau: number;
  readonly dispersion: number;
  readonly costs: Costs | undefined;
}

/** The figures that a decision rests on. */
export interface TauFigures {
  readonly tau: number;
  readonly dispersion: number;
  readonly gain: number;
  /** What is compared with the threshold: gain, τ or √τ. */
  readonly benefit: number;
  /** (score(B) + step(b)) / step(b); NaN before the costs are known. */
  readonly threshold: number;
}

/** Remembers nothing yet. */
export const initialTauMemory: TauMemory = {
  on: false,
  since: 0,
  count: 0,
  tau: 0,
  dispersion: 0,
  costs: undefined,
};

/**
 * Computes by how much fewer, better steps must reduce the variance to be worth their cost:
 * threshold = (score(B) + step(b)) / step(b); (B + 3b) / 3b when a backward pass costs two forward passes.
 *
 * @see Katharopoulos & Fleuret 2018, §3.3, and the talk's slides: B t_f + b(t_f + t_b) ≤ τ b(t_f + t_b)
 */
export function threshold({ score, step }: Costs): number {
  return (score + step) / step;
}

/** Computes the largest benefit that the account can ever report, for b and B. */
export function largestBenefit({ account, form, batchSize, presample }: TauRule): number {
  if (account === "pool") return presample / batchSize;
  return form === "paper" ? Math.sqrt(batchSize) : batchSize;
}

/** Computes the figures from the averages, corrected for their start at 0. */
export function tauFigures(memory: TauMemory, rule: TauRule): TauFigures {
  const correction = 1 - rule.smoothing ** memory.count;
  const tau = memory.count === 0 ? 1 : memory.tau / correction;
  const dispersion = memory.count === 0 ? 1 : memory.dispersion / correction;
  const gained = gain({ tau, dispersion }, rule.batchSize, rule.presample);
  const slides = rule.form === "paper" ? Math.sqrt(tau) : tau;
  return {
    tau,
    dispersion,
    gain: gained,
    benefit: rule.account === "pool" ? gained : slides,
    threshold: memory.costs === undefined ? Number.NaN : threshold(memory.costs),
  };
}

/** Takes in one estimate and decides for the next step: a pure function, so that recorded events replay it. */
export function nextTauMemory(memory: TauMemory, estimate: GainEstimate, rule: TauRule): TauMemory {
  const average = (old: number, value: number): number =>
    rule.smoothing * old + (1 - rule.smoothing) * value;
  const seen: TauMemory = {
    ...memory,
    since: memory.since + 1,
    count: memory.count + 1,
    tau: average(memory.tau, estimate.tau),
    dispersion: average(memory.dispersion, estimate.dispersion),
  };
  const { benefit, threshold: least } = tauFigures(seen, rule);
  if (Number.isNaN(least) || seen.since < rule.dwell) return seen;
  const on = seen.on ? benefit >= least * (1 - rule.margin) : benefit >= least * (1 + rule.margin);
  return on === seen.on ? seen : { ...seen, on, since: 0 };
}
