import type { Pool } from "../contracts/pool.js";
import type { Progress } from "../contracts/progress.js";
import type { Sampler } from "../contracts/sampler.js";
import type { Sizes } from "../contracts/scheduler.js";
import type { GainEstimate, ReportedGain } from "../contracts/events.js";

/**
 * Computes τ(p; s) = B Σs² / Σ(s²/p), p = expected / Σ expected: how many times larger a uniform
 * batch would have to be for the same second moment. Equals B Σp² for p ∝ s; 1 where all scores are 0.
 * Rows that are never drawn (expected 0) have no part in Σ(s²/p): leaving them out is bias, not variance.
 *
 * @param scores s, [B], ≥ 0
 * @param expected E[times drawn], [B], ≥ 0
 * @see Katharopoulos & Fleuret 2018, eq. 23 and the talk's slides
 */
export function tauOf(scores: Float32Array, expected: Float64Array): number {
  let total = 0;
  let moment = 0;
  let weighted = 0;
  for (let row = 0; row < scores.length; row++) {
    const s = scores[row] as number;
    const e = expected[row] as number;
    total += e;
    moment += s * s;
    if (e > 0) weighted += (s * s) / e;
  }
  return weighted === 0 ? 1 : (scores.length * moment) / (weighted * total);
}

/** Computes the effective sample size 1/Σp², p = expected / Σ expected; B where all expectations are 0. */
export function effectiveSampleSize(expected: Float64Array): number {
  let total = 0;
  let squares = 0;
  for (const e of expected) {
    total += e;
    squares += e * e;
  }
  return squares === 0 ? expected.length : (total * total) / squares;
}

/** What a gain follows from: τ and V. */
export type GainTerms = Pick<GainEstimate, "tau" | "dispersion">;

/** Sizes that a gain is computed for: uniform steps of b rows, importance steps of a rows from B candidates. */
export interface GainSizes {
  /** B. */
  readonly candidates: number;
  /** b. */
  readonly batchSize: number;
  /** a; default b. */
  readonly count?: number;
}

/**
 * Computes the variance of uniform steps over that of importance steps, the pool's own variance included:
 * gain = 1 / ((b/a) V/τ + b/B) ≤ B/b, with a = b: 1 / (V/τ + b/B).
 */
export function gain(
  { tau, dispersion }: GainTerms,
  { batchSize, candidates, count = batchSize }: GainSizes,
): number {
  return 1 / (((batchSize / count) * dispersion) / tau + batchSize / candidates);
}

/** The draw that a gain is estimated for: `count` rows from `candidates`, at some point of a run. */
export interface PlannedDraw extends Sizes {
  /** b, the size of uniform batches and of the groups. */
  readonly batchSize: number;
  readonly progress: Progress;
}

/** Computes how far a draw is from uniform, ½ Σ|p − 1/B|, p = expected / Σ expected; 0 where all are 0. */
export function totalVariationOf(expected: Float64Array): number {
  const total = expected.reduce((sum, e) => sum + e, 0);
  if (total === 0) return 0;
  const even = total / expected.length;
  return expected.reduce((sum, e) => sum + Math.abs(e - even), 0) / (2 * total);
}

/** Views candidates `from` to `to` of a pool, without copying. */
function viewPool(pool: Pool, from: number, to: number): Pool {
  const { ids, keys, weights, labels, signals, scores, scoredAt } = pool;
  const view = (values: Float32Array): Float32Array => {
    const width = values.length / ids.length;
    return values.subarray(from * width, to * width);
  };
  const viewed = Object.entries(signals).map(([name, values]) => [name, view(values)] as const);
  return {
    ids: ids.subarray(from, to),
    keys: keys.subarray(from, to),
    weights: view(weights),
    ...(labels && { labels: labels.subarray(from, to) }),
    signals: Object.fromEntries(viewed),
    ...(scores && { scores: view(scores) }),
    scoredAt,
  };
}

/**
 * Estimates on g rows as if B / g such groups made up the pool that a rows are drawn from: a g/B rows are drawn of
 * each, and V = τ · (a/B) Σ Var(e)(s/e)² / Σs².
 */
function estimateGroup(
  pool: Pool,
  sampler: Pick<Sampler, "law">,
  { candidates, count, progress }: PlannedDraw,
): GainEstimate {
  const { scores } = pool;
  const drawRate = count / candidates;
  const law = sampler.law?.(pool, drawRate * pool.ids.length, progress);
  if (scores === undefined || law === undefined)
    return { tau: 1, dispersion: 1, totalVariation: 0 };
  let moment = 0;
  let drawn = 0;
  for (let row = 0; row < scores.length; row++) {
    const s = scores[row] as number;
    const e = law.expected[row] as number;
    moment += s * s;
    if (e > 0) drawn += law.variance(e) * (s / e) ** 2;
  }
  const t = tauOf(scores, law.expected);
  const dispersion = moment === 0 ? 1 : (t * drawRate * drawn) / moment;
  return { tau: t, dispersion, totalVariation: totalVariationOf(law.expected) };
}

/**
 * Estimates τ, V and the total variation of drawing `count` of `candidates`, from groups of `groupSize` rows of a
 * scored pool (rows beyond the last whole group are left out). Groups of b, the default, make a pool and a uniform
 * batch comparable, whatever their sizes. Small groups see little of a heavy tail: they put a large τ too low, which
 * is at most `groupSize`, and with it the gain (docs/methods/tau.md has figures).
 */
export function estimateGain(
  pool: Pool,
  sampler: Pick<Sampler, "law">,
  { groupSize, ...planned }: PlannedDraw & { readonly groupSize?: number },
): GainEstimate {
  const size = Math.min(groupSize ?? planned.batchSize, pool.ids.length);
  const groups = Math.floor(pool.ids.length / size);
  let [tau, dispersion, totalVariation] = [0, 0, 0];
  for (let group = 0; group < groups; group++) {
    const view = viewPool(pool, group * size, (group + 1) * size);
    const estimate = estimateGroup(view, sampler, planned);
    tau += estimate.tau / groups;
    dispersion += estimate.dispersion / groups;
    totalVariation += estimate.totalVariation / groups;
  }
  return { tau, dispersion, totalVariation };
}

/** Estimates on groups of b, as steps report it: with the sizes meant, and the gain that follows. */
export function reportGain(
  pool: Pool,
  sampler: Pick<Sampler, "law">,
  planned: PlannedDraw,
): ReportedGain {
  const estimate = estimateGain(pool, sampler, planned);
  const { candidates, count } = planned;
  return { ...estimate, candidates, count, gain: gain(estimate, planned) };
}
