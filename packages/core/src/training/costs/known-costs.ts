import type { Costs } from "../../contracts/scheduler.js";
import type { BackgroundScoring } from "../scoring/background-scoring.js";
import { inUnits, runningCosts, stepSeconds } from "./running-costs.js";
import { surplusOf, withSurplus, type Surplus } from "./surplus.js";
import { noStepTimes, type StepTimes } from "./timed-steps.js";

/** What costs are told of. */
export interface CostParts {
  readonly batchSize: number;
  readonly presample: number;
  readonly background: BackgroundScoring | undefined;
}

/** Who scores: the learner itself, or a replica meanwhile. */
type Way = "inline" | "hidden";

/** What was timed, measured and told. */
export interface Known {
  times: StepTimes;
  /** Update at which the gate came on; undefined while it is off. */
  onSince: number | undefined;
  told: Costs | undefined;
  /** Costs of scoring each way, as they were measured last, by itself: in steps(b) of then, since machines drift. */
  inline: Costs | undefined;
  tried: Costs | undefined;
  /** When to measure again, and for how long that will do. */
  next: number;
  interval: number;
  /** How often inline scoring was chosen where there were both ways. */
  choices: number;
  /** Uniform steps that were lost by waiting for a replica, since it is slower than inline scoring. */
  lost: number;
  /** What importance steps took beyond what was measured, scored each way. */
  surplus: { readonly inline?: Surplus; readonly hidden?: Surplus };
}

/** Knows nothing yet; `next` is when to measure first, `interval` for how long that will do. */
export const nothingKnown: Omit<Known, "next" | "interval"> = {
  times: noStepTimes,
  onSince: undefined,
  told: undefined,
  inline: undefined,
  tried: undefined,
  choices: 0,
  lost: 0,
  surplus: {},
};

/** Tells whether a replica scores. */
export function isHidden({ background }: CostParts): boolean {
  return background?.mode() === "background";
}

/** Costs of the importance steps that are made; undefined where they are too few. */
export function costsOfSteps(parts: CostParts, known: Known, update: number): Costs | undefined {
  if (known.onSince === undefined) return undefined;
  const { batchSize, presample } = parts;
  return runningCosts(known.times, update, { batchSize, presample, hidden: isHidden(parts) });
}

/** What was measured of one way to score. */
export function measured(
  { inline, tried, times }: Known,
  way: Way,
  update: number,
): Costs | undefined {
  const costs = way === "hidden" ? tried : inline;
  return costs && inUnits(costs, 1 / stepSeconds(times, update));
}

/**
 * What was measured of one way to score, and what importance steps took beyond that. Of a replica that was not at work yet
 * it is what inline steps took: drawing and picking come on top of either, but what slows a replica down says nothing of them.
 */
export function expected(known: Known, way: Way, update: number): Costs | undefined {
  const costs = measured(known, way, update);
  const surplus = known.surplus[way] ?? known.surplus.inline;
  return costs && withSurplus(costs, surplus, update);
}

/** Costs as far as they are known: of steps made lately, else of what was measured. */
export function presentCosts(parts: CostParts, known: Known, update: number): Costs | undefined {
  const paid = costsOfSteps(parts, known, update);
  if (paid !== undefined) return paid;
  const hidden = isHidden(parts) ? expected(known, "hidden", update) : undefined;
  return hidden ?? expected(known, "inline", update);
}

/** Learns what steps take beyond what was measured, while they are made. */
export function learn(parts: CostParts, known: Known, update: number): void {
  const way: Way = isHidden(parts) ? "hidden" : "inline";
  const paid = costsOfSteps(parts, known, update);
  const costs = measured(known, way, update);
  if (paid === undefined || costs === undefined) return;
  const { batchSize, presample } = parts;
  const surplus = surplusOf(paid, costs, { batchSize, presample, update });
  known.surplus = { ...known.surplus, [way]: surplus };
}
