import { z } from "zod";
import type { Costs, GateFacts } from "../contracts/scheduler.js";
import { UnequalError } from "../errors.js";
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
    let memory: TauMemory = initialTauMemory;
    let rule: TauRule = { ...given, batchSize: 1, presample: 1 };
    const learn = (estimate: { tau: number; dispersion: number } | undefined): void => {
      if (estimate !== undefined) memory = nextTauMemory(memory, estimate, rule);
    };
    events.on("batch:scored", (event) => learn(event.estimate));
    events.on("step:end", (event) => learn(event.estimate));
    events.on("costs:calibrated", ({ costs: measured }) => {
      memory = { ...memory, costs: measured };
      const message = unreachable(rule, measured);
      if (message !== undefined)
        events.emit("warning", () => ({ code: "GATE_UNREACHABLE", message }));
    });
    return {
      requires: new Set(
        given.costs === undefined ? (["costs", "estimate"] as const) : (["estimate"] as const),
      ),
      bind: (facts) => {
        rule = { ...given, batchSize: facts.batchSize, presample: facts.presample };
        if (given.costs === undefined) return;
        const known = givenCosts(given.costs, facts);
        const message = unreachable(rule, known);
        if (message !== undefined) throw new UnequalError("GATE_UNREACHABLE", message);
        memory = { ...memory, costs: known };
      },
      decide: () => memory.on,
      figures: () => {
        const { account, form, margin, dwell, smoothing, batchSize, presample } = rule;
        const costsNow = memory.costs && { ...memory.costs };
        return {
          ...tauFigures(memory, rule),
          costs: costsNow,
          account,
          form,
          margin,
          dwell,
          smoothing,
          batchSize,
          presample,
        };
      },
      state: () => ({
        version: 1,
        memory: { ...memory, costs: memory.costs && { ...memory.costs } },
      }),
      restore: (state) => {
        ({ memory } = restored<{ memory: TauMemory }>(state, 1, "tau"));
      },
    };
  },
});
