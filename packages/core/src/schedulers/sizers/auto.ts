import { z } from "zod";
import { defineSizer } from "../../plugin/part.js";
import { nextAutoMemory, type AutoMemory, type AutoRule } from "./auto-rule.js";
import { averagesOf, noEstimates, smoothingOption } from "../estimates/estimate-averages.js";
import { createEstimateMemory } from "../estimates/estimate-memory.js";
import { costsOption, givenCosts, stepOverScore } from "../../gain/costs.js";

/** Largest B by default, in batches: memory of the engine, rather than time, is what it spares. */
const MOST = 20;

/**
 * Chooses the B that saves the most variance for its time at the present tau, and keeps b:
 * B maximises gain(B) / cost(B), gain = 1 / (V(B)/τ + b/B), cost = (score(B) + step(b)) / step(b). It starts from the presample,
 * and moves once the costs are known, when a better B pays by the margin.
 */
export const auto = defineSizer({
  name: "auto",
  summary: "Chooses the B that saves the most variance for its time.",
  options: z.strictObject({
    least: z.int().positive().optional().describe("least B; default: b"),
    most: z.int().positive().optional().describe("largest B, at most N; default: 20 b"),
    margin: z.number().min(0).default(0.05).describe("net gain that a change must bring"),
    dwell: z.int().positive().default(20).describe("least estimates between changes"),
    costs: costsOption,
    smoothing: smoothingOption,
  }),
  facts: ({ costs }) => ({ requires: costs === undefined ? ["costs", "estimate"] : ["estimate"] }),
  setup: ({ costs, least, most, ...chosen }, { events }) => {
    const planned = { batchSize: 1, presample: 1, least: 1, most: 1 };
    let rule: AutoRule = { ...chosen, ...planned };
    const memory = createEstimateMemory<AutoMemory>("auto", events, {
      initial: { candidates: 1, since: 0, averages: noEstimates, costs: undefined },
      next: (before, estimate) => nextAutoMemory(before, estimate, rule),
    });
    if (costs === undefined)
      events.on("costs:calibrated", (event) => memory.set({ ...memory.now(), costs: event.costs }));
    return {
      bind: (facts) => {
        const { batchSize, presample, size } = facts;
        const largest = Math.min(size, most ?? MOST * batchSize);
        const smallest = Math.min(largest, Math.max(batchSize, least ?? 1));
        rule = { ...chosen, batchSize, presample, least: smallest, most: largest };
        const candidates = Math.min(largest, Math.max(smallest, presample));
        const known = costs && givenCosts(costs, facts);
        memory.set({ ...memory.now(), candidates, costs: known });
      },
      size: () => ({ candidates: memory.now().candidates, count: rule.batchSize }),
      figures: () => {
        const { tau, dispersion } = averagesOf(memory.now().averages, rule.smoothing);
        const known = memory.now().costs;
        const r = known === undefined ? null : stepOverScore(known, rule);
        return { tau, dispersion, stepOverScore: r, candidates: memory.now().candidates };
      },
      state: memory.state,
      restore: memory.restore,
    };
  },
});
