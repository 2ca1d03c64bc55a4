import type { Costs, Sizes } from "../../contracts/scheduler.js";
import type { SizedEstimate } from "../../contracts/events.js";
import { gain } from "../../gain/gain.js";
import {
  averagesOf,
  nextAverages,
  noEstimates,
  type EstimateAverages,
} from "../estimates/estimate-averages.js";
import { planned, threshold, type PlannedSizes } from "../../gain/costs.js";
import { nextSwitch, undecided, type Switch, type SwitchRule } from "./hysteresis.js";
import { inForm, type TauForm } from "../estimates/tau-form.js";

/** Fixes how the tau gate decides. */
export interface TauRule extends SwitchRule, PlannedSizes {
  /** `pool`: by gain; `slides`: by τ; `time`: by time alone, as if the variance were that of uniform steps. */
  readonly account: "pool" | "slides" | "time";
  /** Of the slides' account: `slides` compares τ itself, `paper` its square root. */
  readonly form: TauForm;
  /** Factor of the exponential moving averages of τ and V. */
  readonly smoothing: number;
}

/** What the tau gate remembers. */
export interface TauMemory extends Switch {
  readonly averages: EstimateAverages;
  readonly costs: Costs | undefined;
  /** Sizes that the latest estimate was made for; before the first those that were planned. */
  readonly sizes: Sizes | undefined;
}

/** The figures that a decision rests on, for importance steps of B candidates and a rows. */
export interface TauFigures extends Sizes {
  readonly tau: number;
  readonly dispersion: number;
  readonly gain: number;
  /** What is compared with the threshold: gain, (a/b) τ, (a/b) √τ, or 1. */
  readonly benefit: number;
  /** What an importance step costs over a uniform one; NaN before the costs are known. */
  readonly threshold: number;
}

/** Remembers nothing yet. */
export const initialTauMemory: TauMemory = {
  ...undecided,
  averages: noEstimates,
  costs: undefined,
  sizes: undefined,
};

/** Computes the largest benefit that the account can ever report, for steps of some sizes. */
export function largestBenefit({ account, form, batchSize }: TauRule, sizes: Sizes): number {
  if (account === "time") return 1;
  if (account === "pool") return sizes.candidates / batchSize;
  return (sizes.count / batchSize) * inForm(batchSize, form);
}

/** Computes the figures from the averages. */
export function tauFigures(memory: TauMemory, rule: TauRule): TauFigures {
  const { account, form, batchSize } = rule;
  const { costs, sizes = planned(rule) } = memory;
  const { tau, dispersion } = averagesOf(memory.averages, rule.smoothing);
  const gained = gain({ tau, dispersion }, { batchSize, ...sizes });
  const counted = { pool: gained, slides: (sizes.count / batchSize) * inForm(tau, form), time: 1 };
  return {
    ...sizes,
    tau,
    dispersion,
    gain: gained,
    benefit: counted[account],
    threshold: costs === undefined ? Number.NaN : threshold(costs, rule, sizes),
  };
}

/** Takes in one estimate and decides for the next step: a pure function, so that recorded events replay it. */
export function nextTauMemory(
  memory: TauMemory,
  estimate: SizedEstimate,
  rule: TauRule,
): TauMemory {
  const { candidates, count } = estimate;
  const averages = nextAverages(memory.averages, estimate, rule.smoothing);
  const seen: TauMemory = { ...memory, averages, sizes: { candidates, count } };
  const figures = tauFigures(seen, rule);
  return { ...seen, ...nextSwitch(memory, { ...figures, value: figures.benefit }, rule) };
}
