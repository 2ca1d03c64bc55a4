import type { Pool } from "../contracts/pool.js";
import type { Progress } from "../contracts/progress.js";
import type { Sampler } from "../contracts/sampler.js";
import type { GainEstimate, ReportedGain } from "../events.js";

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

/**
 * Computes the variance of uniform sampling over that of importance sampling, the pool's own variance
 * included: gain = 1 / (V/τ + b/B) ≤ B/b.
 */
export function gain(estimate: GainEstimate, batchSize: number, presample: number): number {
  return 1 / (estimate.dispersion / estimate.tau + batchSize / presample);
}

/** The draw that a gain is estimated for: b rows from B candidates, at some point of a run. */
export interface PlannedDraw {
  readonly batchSize: number;
  readonly presample: number;
  readonly progress: Progress;
}

/** Views candidates `from` to `to` of a pool, without copying. */
function viewPool(pool: Pool, from: number, to: number): Pool {
  const { ids, keys, weights, labels, signals, scores, version } = pool;
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
    version,
  };
}

/**
 * Estimates τ and V on g rows as if B / g such groups made up the pool: b g/B rows are drawn of each, and
 * V = τ · (b/B) Σ Var(e)(s/e)² / Σs².
 */
function estimateGroup(
  pool: Pool,
  sampler: Sampler,
  { batchSize, presample, progress }: PlannedDraw,
): GainEstimate {
  const { scores } = pool;
  const drawRate = batchSize / presample;
  const law = sampler.law?.(pool, drawRate * pool.ids.length, progress);
  if (scores === undefined || law === undefined) return { tau: 1, dispersion: 1 };
  let moment = 0;
  let drawn = 0;
  for (let row = 0; row < scores.length; row++) {
    const s = scores[row] as number;
    const e = law.expected[row] as number;
    moment += s * s;
    if (e > 0) drawn += law.variance(e) * (s / e) ** 2;
  }
  const t = tauOf(scores, law.expected);
  return { tau: t, dispersion: moment === 0 ? 1 : (t * drawRate * drawn) / moment };
}

/**
 * Estimates τ and V of drawing b of B candidates from groups of `groupSize` rows of a scored pool (rows
 * beyond the last whole group are left out). Groups of b, the default, make a pool of B and a uniform
 * batch of b comparable; the smaller the group, the lower they put a large τ, which is at most `groupSize`.
 */
export function estimateGain(
  pool: Pool,
  sampler: Sampler,
  { groupSize, ...planned }: PlannedDraw & { readonly groupSize?: number },
): GainEstimate {
  const size = Math.min(groupSize ?? planned.batchSize, pool.ids.length);
  const groups = Math.floor(pool.ids.length / size);
  let tau = 0;
  let dispersion = 0;
  for (let group = 0; group < groups; group++) {
    const estimate = estimateGroup(
      viewPool(pool, group * size, (group + 1) * size),
      sampler,
      planned,
    );
    tau += estimate.tau;
    dispersion += estimate.dispersion;
  }
  return { tau: tau / groups, dispersion: dispersion / groups };
}

/** Estimates on groups of b, as steps report it: with the gain that follows. */
export function reportGain(pool: Pool, sampler: Sampler, planned: PlannedDraw): ReportedGain {
  const estimate = estimateGain(pool, sampler, planned);
  return { ...estimate, gain: gain(estimate, planned.batchSize, planned.presample) };
}
