import { z } from "zod";
import type { Costs, SchedulerFacts, Sizes } from "../../contracts/scheduler.js";
import { UnequalError } from "../../errors.js";
import type { EventBus } from "../../events.js";
import { defineGate } from "../../plugin/part.js";
import { smoothingOption } from "../estimates/estimate-averages.js";
import { createEstimateMemory, type EstimateMemory } from "../estimates/estimate-memory.js";
import { costsOption, givenCosts, threshold } from "../../gain/costs.js";
import { switchOptions } from "./hysteresis.js";
import { formOption } from "../estimates/tau-form.js";
import {
  initialTauMemory,
  largestBenefit,
  nextTauMemory,
  tauFigures,
  type TauMemory,
  type TauRule,
} from "./tau-rule.js";

const options = z
  .strictObject({
    account: z
      .enum(["pool", "slides", "time"])
      .default("pool")
      .describe("decide by gain, by the slides' inequality, or by time alone"),
    form: formOption
      .default("slides")
      .describe("compare tau, or its square root as the paper does"),
    costs: costsOption,
    ...switchOptions,
    smoothing: smoothingOption,
  })
  .refine(({ account, form }) => account === "slides" || form === "slides", {
    message: 'form "paper" belongs to account "slides"',
  });

/** Says why a gate cannot open at such costs, where the sizes never change. */
function unreachable(rule: TauRule, costs: Costs, sizes: Sizes | undefined): string | undefined {
  if (sizes === undefined) return undefined;
  const cost = threshold(costs, rule, sizes);
  const least = cost * (1 + rule.margin);
  const largest = largestBenefit(rule, sizes);
  // a clock too coarse to time a step tells of no price
  if (least < largest || !Number.isFinite(least)) return undefined;
  const { candidates, count } = sizes;
  return `Importance sampling cannot pay while an importance step costs ${cost.toFixed(2)} uniform steps, with the margin ${least.toFixed(2)}: account "${rule.account}" reports at most ${largest.toFixed(2)} for b = ${count} and B = ${candidates}. Change presample, batchSize, the sizer or costs.`;
}

/** What one tau gate goes by: its rule, and the sizes of its run if they never change. */
interface Terms {
  rule: TauRule;
  sizes: Sizes | undefined;
}

function takeMeasured(memory: EstimateMemory<TauMemory>, terms: Terms, events: EventBus): void {
  let warned = false;
  events.on("costs:calibrated", ({ costs }) => {
    memory.set({ ...memory.now(), costs });
    const message = unreachable(terms.rule, costs, terms.sizes);
    if (message === undefined || warned) return;
    warned = true;
    events.emit("warning", () => ({ code: "GATE_UNREACHABLE", message }));
  });
}

function takeGiven(memory: EstimateMemory<TauMemory>, terms: Terms, costs: Costs): void {
  const message = unreachable(terms.rule, costs, terms.sizes);
  if (message !== undefined) throw new UnequalError("GATE_UNREACHABLE", message);
  memory.set({ ...memory.now(), costs });
}

/**
 * Turns importance sampling on while it pays: while the variance that it saves exceeds what scoring costs.
 *
 * With importance steps of B candidates and a rows, uniform ones of b rows, threshold = (score(B) + step(a)) / step(b):
 * account "pool": gain = 1 / ((b/a) V/τ + b/B) ≥ threshold; "slides": (a/b) τ ≥ threshold; "time": 1 ≥ threshold.
 * τ and V are moving averages over groups of b, B and a those of the latest step.
 *
 * @throws GATE_UNREACHABLE when given costs leave no way to switch on (a warning when they are measured)
 * @see Katharopoulos & Fleuret 2018, §3.3
 */
export const tau = defineGate({
  name: "tau",
  summary: "On while the variance saved exceeds the cost of scoring.",
  paper: "Katharopoulos & Fleuret 2018, §3.3 (slides: equivalent batch increment)",
  options,
  facts: ({ costs }) => ({ requires: costs === undefined ? ["costs", "estimate"] : ["estimate"] }),
  setup: ({ costs, ...chosen }, { events }) => {
    const terms: Terms = {
      rule: { ...chosen, batchSize: 1, presample: 1 },
      sizes: undefined,
    };
    const memory = createEstimateMemory<TauMemory>("tau", events, {
      initial: initialTauMemory,
      next: (before, estimate) => nextTauMemory(before, estimate, terms.rule),
    });
    if (costs === undefined) takeMeasured(memory, terms, events);
    return {
      bind: (facts: SchedulerFacts) => {
        const { batchSize, presample, sizes } = facts;
        terms.rule = { ...chosen, batchSize, presample };
        terms.sizes = sizes;
        if (costs !== undefined) takeGiven(memory, terms, givenCosts(costs, facts));
      },
      decide: () => memory.now().on,
      figures: () => ({
        ...tauFigures(memory.now(), terms.rule),
        ...terms.rule,
        costs: memory.now().costs && { ...memory.now().costs },
      }),
      state: memory.state,
      restore: memory.restore,
    };
  },
});
