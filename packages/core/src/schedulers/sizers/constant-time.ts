import { z } from "zod";
import type { Costs, SchedulerFacts, Sizes } from "../../contracts/scheduler.js";
import { defineSizer } from "../../plugin/part.js";
import { scheduled } from "../../schedules/scheduled.js";
import {
  averagesOf,
  nextAverages,
  noEstimates,
  smoothingOption,
  type EstimateAverages,
} from "../estimates/estimate-averages.js";
import { createEstimateMemory } from "../estimates/estimate-memory.js";
import { costsOption, givenCosts, stepOverScore } from "../../gain/costs.js";
import { formOption, inForm } from "../estimates/tau-form.js";

/** What a step may cost, and what it is to be spent on. */
interface Split {
  /** τ, or √τ. */
  readonly tau: number;
  /** r = (t_f + t_b)/t_f: what a row costs to train on, in scored candidates. */
  readonly r: number;
  /** Least rows to train on, as a share of b. */
  readonly least: number;
  /** Share of the rest that is scored. */
  readonly ratio: number;
}

interface Memory {
  readonly averages: EstimateAverages;
  readonly costs: Costs | undefined;
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, Math.floor(value)));
}

/**
 * Splits the time of a uniform step of b rows, t = r b scored candidates, between scoring B candidates and training on
 * a: a_min = max(least · b, b/τ), B_max = t − r a_min, B = b + (B_max − b) · ratio, a = (t − B)/r; but never fewer
 * candidates than rows, which the formula has below τ = 1.2 with r = 3.
 */
function split({ tau, r, least, ratio }: Split, { batchSize: b, size }: SchedulerFacts): Sizes {
  const time = r * b;
  const most = time - r * Math.max(least * b, b / tau);
  const candidates = clamp(Math.max(b + (most - b) * ratio, time / (1 + r)), 1, size);
  return { candidates, count: clamp((time - candidates) / r, 1, candidates) };
}

/** r before the costs are measured: a backward pass takes about two forward passes. */
const USUAL = 3;

/**
 * Spends the time of a uniform step on scoring more candidates and training on fewer rows, the more so the larger τ;
 * the gate decides whether that is the better use, and `tau`, whose threshold is 1 then, by gain.
 *
 * @see The authors' library, ConstantTimeSampler
 */
export const constantTime = defineSizer({
  name: "constant-time",
  summary: "Splits the time of a uniform step between scoring and training, by tau.",
  paper: "Katharopoulos & Fleuret's library, ConstantTimeSampler",
  options: z.strictObject({
    least: scheduled(z.number().gt(0).max(1))
      .prefault(0.2)
      .describe("least rows to train on, as a share of b"),
    ratio: scheduled(z.number().min(0).max(1))
      .prefault(0.5)
      .describe("share of the time saved that is spent on scoring"),
    form: formOption.default("slides").describe("put tau, or its square root as the authors do"),
    costs: costsOption,
    smoothing: smoothingOption,
  }),
  facts: ({ costs }) => ({ requires: costs === undefined ? ["costs", "estimate"] : ["estimate"] }),
  setup: ({ least, ratio, form, costs, smoothing }, { events }) => {
    let facts: SchedulerFacts = { batchSize: 1, presample: 1, size: 1, estimated: true };
    const memory = createEstimateMemory<Memory>("constant-time", events, {
      initial: { averages: noEstimates, costs: undefined },
      next: (before, estimate) => ({
        ...before,
        averages: nextAverages(before.averages, estimate, smoothing),
      }),
    });
    if (costs === undefined)
      events.on("costs:calibrated", (event) => memory.set({ ...memory.now(), costs: event.costs }));
    const tau = (): number => averagesOf(memory.now().averages, smoothing).tau;
    const r = (): number => {
      const known = costs === undefined ? memory.now().costs : givenCosts(costs, facts);
      return known === undefined ? USUAL : stepOverScore(known, facts);
    };
    return {
      bind: (told) => {
        facts = told;
      },
      size: (progress) => {
        const shares = { least: least(progress), ratio: ratio(progress) };
        return split({ tau: inForm(tau(), form), r: r(), ...shares }, facts);
      },
      figures: () => ({ tau: tau(), form, stepOverScore: r() }),
      state: memory.state,
      restore: memory.restore,
    };
  },
});
