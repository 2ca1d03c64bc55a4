import type { Pool } from "../contracts/pool.js";
import type { Sampler } from "../contracts/sampler.js";
import type { GainEstimate } from "../events.js";
import { slicePool } from "./slice-pool.js";

/**
 * Computes τ(p; s) = B Σs² / Σ(s²/p), p = expected / Σ expected: how many times larger a uniform
 * batch would have to be for the same second moment. Equals B Σp² for p ∝ s; 1 where all scores are 0.
 *
 * @param scores s, [B]
 * @param expected E[times drawn], [B]; positive wherever s is
 * @see Katharopoulos & Fleuret 2018, eq. 23 and the talk's slides
 */
export function tauOf(scores: Float32Array, expected: Float64Array): number {
  const total = expected.reduce((sum, e) => sum + e, 0);
  let moment = 0;
  let weighted = 0;
  scores.forEach((s, row) => {
    if (s === 0) return;
    moment += s * s;
    weighted += (s * s * total) / (expected[row] as number);
  });
  return moment === 0 ? 1 : (scores.length * moment) / weighted;
}

/** Computes the effective sample size 1/Σp², p = expected / Σ expected. */
export function effectiveSampleSize(expected: Float64Array): number {
  let total = 0;
  let squares = 0;
  for (const e of expected) {
    total += e;
    squares += e * e;
  }
  return (total * total) / squares;
}

/**
 * Computes the variance of uniform sampling over that of importance sampling, the pool's own variance
 * included: gain = 1 / (V/τ + b/B) ≤ B/b.
 */
export function gain(estimate: GainEstimate, batchSize: number, presample: number): number {
  return 1 / (estimate.dispersion / estimate.tau + batchSize / presample);
}

/**
 * Estimates τ and V on one group of b rows as if it stood for a pool of B like it:
 * e = b p · b/B, V = τ · (b/B) Σ Var(e)(s/e)² / Σs².
 */
function groupEstimate(pool: Pool, sampler: Sampler, presample: number): GainEstimate {
  const { scores } = pool;
  const count = pool.ids.length;
  const law = sampler.law?.(pool, count);
  if (scores === undefined || law === undefined) return { tau: 1, dispersion: 1 };
  let moment = 0;
  let drawn = 0;
  scores.forEach((s, row) => {
    if (s === 0) return;
    const e = ((law.expected[row] as number) * count) / presample;
    moment += s * s;
    drawn += law.variance(e) * (s / e) ** 2;
  });
  const t = tauOf(scores, law.expected);
  return { tau: t, dispersion: moment === 0 ? 1 : (t * (count / presample) * drawn) / moment };
}

/**
 * Estimates τ and V from groups of `batchSize` rows of a scored pool, so that a pool of B and a uniform
 * batch of b give comparable figures; rows beyond the last whole group are left out.
 */
export function estimateGain(
  pool: Pool,
  sampler: Sampler,
  sizes: { readonly batchSize: number; readonly presample: number },
): GainEstimate {
  const size = Math.min(sizes.batchSize, pool.ids.length);
  const groups = Math.floor(pool.ids.length / size);
  let tauSum = 0;
  let dispersionSum = 0;
  for (let group = 0; group < groups; group++) {
    const rows = Array.from({ length: size }, (_, at) => group * size + at);
    const estimate = groupEstimate(slicePool(pool, rows), sampler, sizes.presample);
    tauSum += estimate.tau;
    dispersionSum += estimate.dispersion;
  }
  return { tau: tauSum / groups, dispersion: dispersionSum / groups };
}
