import type { Reuse } from "../draws/reuse.js";
import type { BackgroundSettings } from "../scoring/scoring-option.js";
import type { ScoringAhead } from "../scoring/scoring-ahead.js";

/** What decides how old scores may be. */
export interface AgedParts {
  readonly scoring: Pick<ScoringAhead, "lead">;
  /** Absent where no replica may score. */
  readonly limits: Pick<BackgroundSettings, "lead" | "exact"> | undefined;
  readonly reuse: Pick<Reuse, "times" | "most">;
}

/**
 * Returns how many updates before its step a pool is asked for, at most; undefined: never. Under `maxAge` so much later that
 * all batches to be drawn from it can be.
 */
export function leadOf({ limits, scoring, reuse }: AgedParts): number | undefined {
  const lead = scoring.lead();
  if (lead === undefined || limits === undefined || limits.exact) return lead;
  return Math.max(1, lead - reuse.times() + 1);
}

/** Returns the largest age of a score: `maxAge`, or `age`, and one more for each further batch of a pool. */
function oldest({ limits, reuse }: AgedParts): number {
  if (limits === undefined) return Infinity;
  const { lead, exact } = limits;
  return exact ? lead + reuse.most - 1 : lead;
}

/**
 * Counts the batches that may be drawn from a pool at once, so that neither the last of them nor any of the pools that wait
 * is drawn by scores that are too old. There is always room for one, since no pool is asked for too early for that.
 *
 * @param scoredAts updates of the parameters that score, or are the oldest to do so: of this pool, and of those after it
 */
export function batchesInTime(
  parts: AgedParts,
  scoredAts: readonly number[],
  update: number,
): number {
  const most = oldest(parts);
  // of each pool before it a waiting one sees at least one batch
  const rooms = scoredAts.map((scoredAt, place) => most - (update - scoredAt) - place + 1);
  return Math.max(1, Math.min(...rooms));
}
