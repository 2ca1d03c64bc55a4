import { altered } from "../../altered.js";
import type { Pool } from "../../contracts/pool.js";
import type { Progress } from "../../contracts/progress.js";
import type { Sampler } from "../../contracts/sampler.js";
import type { Scorer } from "../../contracts/scorer.js";
import { UnequalError } from "../../errors.js";
import { slicePool } from "../pools/pick.js";

function mixed(pool: Pool, share: number): Pool {
  const { scores } = pool;
  if (scores === undefined) return pool;
  const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
  return { ...pool, scores: scores.map((score) => (1 - share) * score + share * mean) };
}

/**
 * Has a sampler draw by (1 − u) s + u · mean s, u the share, where scores are old: so a share u of draws in proportion to them is
 * uniform, no weight exceeds 1/u, and an example whose score was 0 can be drawn when it has a gradient again: without that
 * the draw would be biased. The pool itself keeps its scores, so that τ(p; s) is judged by them.
 */
export function mixOldScores(sampler: Sampler, share: number): Sampler {
  const { law } = sampler;
  const seen = (pool: Pool, progress: Progress): Pool =>
    pool.scoredAt < progress.update ? mixed(pool, share) : pool;
  return altered(sampler, {
    ...(law && { law: (pool, count, progress) => law(seen(pool, progress), count, progress) }),
    select: (pool, count, progress) => sampler.select(seen(pool, progress), count, progress),
  });
}

/** Says what a scorer returned, as someone who wrote it would. */
function described(scores: unknown): string {
  if (scores === null || typeof scores !== "object") return String(scores);
  if (typeof (scores as { then?: unknown }).then === "function")
    return "a promise: what it waits for must be a signal, which it names in `requires`";
  const name = Object.prototype.toString.call(scores).slice("[object ".length, -1);
  const { length } = scores as { length?: unknown };
  return typeof length === "number" ? `${name} of ${length} numbers` : name;
}

/**
 * Scores a pool, and checks that there is a number for each candidate, [B].
 * @throws SCORES_INVALID
 */
export function scoresOf(scorer: Scorer, pool: Pool): Float32Array {
  const scores: unknown = scorer.score(pool);
  const size = pool.ids.length;
  const floats = Object.prototype.toString.call(scores) === "[object Float32Array]";
  if (floats && (scores as Float32Array).length === size) return scores as Float32Array;
  throw new UnequalError(
    "SCORES_INVALID",
    `A scorer must return a Float32Array with one score for each of the ${size} candidates, but returned ${described(scores)}. Make it of them with Float32Array.from(…).`,
  );
}

/** Says what becomes of candidates whose score is not a finite number ≥ 0. */
export type NonFinite = "error" | "skip";

/** A pool with scores, the rows that it kept, and how many it left out. */
export interface ScoredPool {
  readonly pool: Pool;
  /** Row of the submitted batch that each row of the pool stands for. */
  readonly batchRows: Int32Array;
  readonly skipped: number;
}

/** Lists the rows of 0 … `size` − 1 whose score is a finite number ≥ 0. */
function usableRows(scores: Float32Array, size: number): Int32Array {
  const rows = new Int32Array(size);
  let count = 0;
  for (let row = 0; row < size; row++) {
    const score = scores[row] as number;
    if (score >= 0 && score < Infinity) rows[count++] = row;
  }
  return rows.slice(0, count);
}

/**
 * Scores a pool, and checks the scores; under `nonFinite: "skip"` keeps the candidates whose score is a finite number ≥ 0:
 * possibly none.
 * @throws SCORES_INVALID; SCORE_NOT_FINITE naming the example, unless `nonFinite` is `"skip"`
 */
export function scorePool(pool: Pool, scorer: Scorer, nonFinite: NonFinite): ScoredPool {
  const scores = scoresOf(scorer, pool);
  const batchRows = usableRows(scores, pool.ids.length);
  const skipped = pool.ids.length - batchRows.length;
  if (skipped === 0) return { pool: { ...pool, scores }, batchRows, skipped };
  if (nonFinite === "error") {
    const gap = batchRows.findIndex((usable, at) => usable !== at);
    const row = gap < 0 ? batchRows.length : gap;
    throw new UnequalError(
      "SCORE_NOT_FINITE",
      `Scores must be finite and ≥ 0, but example ${pool.ids[row]} scored ${scores[row]}. Look at that example and at the learning rate, or set nonFinite: "skip" to leave such examples out.`,
    );
  }
  return { pool: slicePool({ ...pool, scores }, batchRows), batchRows, skipped };
}
