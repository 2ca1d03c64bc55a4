import type { Pool } from "../contracts/pool.js";
import type { Scorer } from "../contracts/scorer.js";
import { UnequalError } from "../errors.js";
import { slicePool } from "./slice-pool.js";

/** Says what becomes of candidates whose score is not a finite number ≥ 0. */
export type NonFinite = "error" | "skip";

/** A pool with scores, the rows that it kept, and how many it left out. */
export interface ScoredPool {
  readonly pool: Pool;
  /** Row of the submitted batch that each row of the pool stands for. */
  readonly batchRows: Int32Array;
  readonly skipped: number;
}

/**
 * Scores a pool and checks the scores.
 * @throws SCORE_NOT_FINITE naming the example, unless `nonFinite` is `"skip"` and some candidate is left
 */
export function scorePool(pool: Pool, scorer: Scorer, nonFinite: NonFinite): ScoredPool {
  const scores = scorer.score(pool);
  const good = (row: number): boolean =>
    Number.isFinite(scores[row]) && (scores[row] as number) >= 0;
  const batchRows = Int32Array.from({ length: pool.ids.length }, (_, row) => row).filter(good);
  const skipped = pool.ids.length - batchRows.length;
  if (skipped === 0) return { pool: { ...pool, scores }, batchRows, skipped };
  if (nonFinite === "error" || batchRows.length === 0) {
    const row = scores.findIndex((_, at) => !good(at));
    throw new UnequalError(
      "SCORE_NOT_FINITE",
      `Scores must be finite and ≥ 0, but example ${pool.ids[row]} scored ${scores[row]}. Look at that example and at the learning rate, or set nonFinite: "skip" to leave such examples out.`,
    );
  }
  return { pool: slicePool({ ...pool, scores }, batchRows), batchRows, skipped };
}
