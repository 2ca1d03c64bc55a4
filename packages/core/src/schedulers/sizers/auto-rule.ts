import type { Costs } from "../../contracts/scheduler.js";
import type { SizedEstimate } from "../../contracts/events.js";
import { gain, type GainTerms } from "../../gain/gain.js";
import { averagesOf, nextAverages, type EstimateAverages } from "../estimates/estimate-averages.js";
import { threshold, type PlannedSizes } from "../../gain/costs.js";

/** Fixes how the auto sizer chooses B. */
export interface AutoRule extends PlannedSizes {
  /** Bounds of B. */
  readonly least: number;
  readonly most: number;
  /** B changes only for a net gain 1 + margin times as large. */
  readonly margin: number;
  /** Least number of estimates between two changes, and before the first. */
  readonly dwell: number;
  readonly smoothing: number;
}

/** What the auto sizer remembers. */
export interface AutoMemory {
  /** B. */
  readonly candidates: number;
  /** Estimates since B changed. */
  readonly since: number;
  readonly averages: EstimateAverages;
  readonly costs: Costs | undefined;
}

/** What is known of the draw at one B. */
type Known = GainTerms & { readonly candidates: number };

/**
 * Computes V at another B than it is known at: V(B) = 1 / (1 + κ/B), κ = B₀ (1/V₀ − 1). Systematic draws have
 * 1 − V ∝ 1/B where B is large, and V ∝ B where it is small; multinomial ones V = 1 at every B.
 */
export function dispersionAt(candidates: number, { dispersion, candidates: known }: Known): number {
  if (dispersion >= 1) return dispersion;
  return (dispersion * candidates) / (dispersion * candidates + (1 - dispersion) * known);
}

/** What a run must know to weigh one B against another: b, and what a step of B candidates costs over a uniform one. */
interface Terms {
  readonly batchSize: number;
  readonly cost: (candidates: number) => number;
}

/** Computes the variance of uniform over importance sampling at equal time, gain(B) / cost(B); it pays above 1. */
export function netGain(candidates: number, known: Known, { batchSize, cost }: Terms): number {
  const estimate = { tau: known.tau, dispersion: dispersionAt(candidates, known) };
  return gain(estimate, { batchSize, candidates }) / cost(candidates);
}

/** Finds the B within the bounds that has the largest net gain, by trying each: it is the root of a quartic, or where a replica keeps pace. */
export function bestCandidates(
  known: Known,
  terms: Terms,
  { least, most }: Pick<AutoRule, "least" | "most">,
): number {
  let best = { candidates: least, net: -Infinity };
  for (let candidates = least; candidates <= most; candidates++) {
    const net = netGain(candidates, known, terms);
    if (net > best.net) best = { candidates, net };
  }
  return best.candidates;
}

/** Takes in one estimate and chooses B for the next step: a pure function, so that recorded events replay it. */
export function nextAutoMemory(
  memory: AutoMemory,
  estimate: SizedEstimate,
  rule: AutoRule,
): AutoMemory {
  const averages = nextAverages(memory.averages, estimate, rule.smoothing);
  const seen = { ...memory, averages, since: memory.since + 1 };
  const { costs } = seen;
  if (costs === undefined || seen.since < rule.dwell) return seen;
  const known = { ...averagesOf(averages, rule.smoothing), candidates: estimate.candidates };
  const { batchSize } = rule;
  const cost = (size: number): number =>
    threshold(costs, rule, { candidates: size, count: batchSize });
  const terms = { batchSize, cost };
  const candidates = bestCandidates(known, terms, rule);
  const net = (size: number): number => netGain(size, known, terms);
  const better = net(candidates) > net(seen.candidates) * (1 + rule.margin);
  return better ? { ...seen, candidates, since: 0 } : seen;
}
