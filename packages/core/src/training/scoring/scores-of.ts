import type { Pool } from "../../contracts/pool.js";
import type { Scorer } from "../../contracts/scorer.js";
import { UnequalError } from "../../errors.js";

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
