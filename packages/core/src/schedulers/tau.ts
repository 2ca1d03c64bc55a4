import { z } from "zod";
import type { Costs, GateFacts } from "../contracts/scheduler.js";
import type { Plain } from "../contracts/state.js";
import { UnequalError } from "../errors.js";
import type { EventBus, GainEstimate } from "../events.js";
import { defineGate } from "../plugin/part.js";
import { restored } from "../training/restored.js";
import {
  initialTauMemory,
  largestBenefit,
  nextTauMemory,
  tauFigures,
  threshold,
  type TauMemory,
  type TauRule,
} from "./tau-rule.js";

const positive = z.number().positive();
const costs = z.union([
  z.strictObject({ backward: positive.describe("cost of a backward pass, in forward passes") }),
  z.strictObject({ score: positive.describe("score(B)"), step: positive.describe("step(b)") }),
]);

const options = z
  .strictObject({
    account: z
      .enum(["pool", "slides"])
      .default("pool")
      .describe("decide by gain, or by the slides' inequality"),
    form: z
      .enum(["slides", "paper"])
      .default("slides")
      .describe("compare tau, or its square root as the paper does"),
    costs: costs.optional().describe("given costs; absent: measured"),
    margin: z.number().min(0).max(0.9).default(0.05).describe("hysteresis around the threshold"),
    dwell: z.int().positive().default(20).describe("least estimates between switches"),
    smoothing: z.number().min(0).lt(1).default(0.9).describe("factor of the moving average"),
  })
  .refine(({ account, form }) => account === "slides" || form === "slides", {
    message: 'form "paper" belongs to account "slides"',
  });

function givenCosts(given: z.infer<typeof costs>, { batchSize, presample }: GateFacts): Costs {
  if ("score" in given) return given;
  return { score: presample, step: batchSize * (1 + given.backward) };
}

function unreachable(rule: TauRule, known: Costs): string | undefined {
  const least = threshold(known) * (1 + rule.margin);
  const largest = largestBenefit(rule);
  if (least < largest) return undefined;
  const { batchSize, presample, account } = rule;
  return `Importance sampling can never pay here: an importance step costs ${threshold(known).toFixed(2)} uniform steps, with the margin ${least.toFixed(2)}, but account "${account}" reports at most ${largest.toFixed(2)} for b = ${batchSize} and B = ${presample}. Change presample, batchSize or costs.`;
}

/** What one tau gate remembers, and the rule that it goes by. */
interface TauState {
  memory: TauMemory;
  rule: TauRule;
}

function subscribe(state: TauState, events: EventBus): void {
  const learn = (estimate: GainEstimate | undefined): void => {
    if (estimate !== undefined) state.memory = nextTauMemory(state.memory, estimate, state.rule);
  };
  events.on("batch:scored", (event) => {
    learn(event.estimate);
  });
  events.on("step:end", (event) => {
    learn(event.estimate);
  });
  events.on("costs:calibrated", ({ costs: measured }) => {
    state.memory = { ...state.memory, costs: measured };
    const message = unreachable(state.rule, measured);
    if (message !== undefined)
      events.emit("warning", () => ({ code: "GATE_UNREACHABLE", message }));
  });
}

function bindCosts(state: TauState, given: z.infer<typeof costs>, facts: GateFacts): void {
  const known = givenCosts(given, facts);
  const message = unreachable(state.rule, known);
  if (message !== undefined) throw new UnequalError("GATE_UNREACHABLE", message);
  state.memory = { ...state.memory, costs: known };
}

/**
 * Turns importance sampling on while it pays: while the variance that it saves exceeds what scoring costs.
 *
 * account "pool": gain = 1/(V/τ + b/B) ≥ (score(B) + step(b)) / step(b);
 * account "slides": τ ≥ the same. τ and V are moving averages over groups of b.
 *
 * @throws GATE_UNREACHABLE when given costs leave no way to switch on (a warning when they are measured)
 * @see Katharopoulos & Fleuret 2018, §3.3
 */
export const tau = defineGate({
  name: "tau",
  summary: "On while the variance saved exceeds the cost of scoring.",
  paper: "Katharopoulos & Fleuret 2018, §3.3 (slides: equivalent batch increment)",
  options,
  setup: (given, { events }) => {
    const { costs: givenForRun, ...ruleOptions } = given;
    const state: TauState = {
      memory: initialTauMemory,
      rule: { ...ruleOptions, batchSize: 1, presample: 1 },
    };
    subscribe(state, events);
    return {
      requires: new Set(givenForRun === undefined ? ["costs", "estimate"] : ["estimate"]),
      bind: (facts) => {
        const { batchSize, presample } = facts;
        state.rule = { ...ruleOptions, batchSize, presample };
        if (givenForRun !== undefined) bindCosts(state, givenForRun, facts);
      },
      decide: () => state.memory.on,
      figures: () => ({
        ...tauFigures(state.memory, state.rule),
        ...state.rule,
        costs: state.memory.costs && { ...state.memory.costs },
      }),
      state: () => ({ version: 1, memory: structuredClone(state.memory) as unknown as Plain }),
      restore: (saved) => {
        state.memory = restored<{ memory: TauMemory }>(saved, 1, "tau").memory;
      },
    };
  },
});
