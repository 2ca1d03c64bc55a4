import type { Costs, SchedulerFacts } from "../../contracts/scheduler.js";
import { planned, threshold } from "../../gain/costs.js";

/** Updates after which what was learned counts half as much: a gate that is off looks again some day. */
const HALF_LIFE = 2000;

/** By how much importance steps were dearer than what was measured let expect, in steps(b), and when that was seen last. */
export interface Surplus {
  readonly steps: number;
  readonly update: number;
}

type Plan = Pick<SchedulerFacts, "batchSize" | "presample">;

/** Compares what importance steps cost with what was measured of scoring by itself: drawing, picking and pace come on top. */
export function surplusOf(
  paid: Costs,
  measured: Costs,
  { update, ...plan }: Plan & { readonly update: number },
): Surplus {
  const price = (costs: Costs): number => threshold(costs, plan, planned(plan));
  return { steps: price(paid) - price({ ...measured, step: paid.step }), update };
}

/** Adds to costs that were measured what importance steps turned out to take beyond such costs before. */
export function withSurplus(
  { score, step, background }: Costs,
  surplus: Surplus | undefined,
  update: number,
): Costs {
  if (surplus === undefined)
    return { score, step, ...(background !== undefined && { background }) };
  const more = surplus.steps * step * 0.5 ** ((update - surplus.update) / HALF_LIFE);
  const added = (seconds: number): number => Math.max(seconds + more, 0);
  return {
    score: added(score),
    step,
    ...(background !== undefined && { background: added(background) }),
  };
}
