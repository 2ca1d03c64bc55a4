import { median } from "../../arrays/median.js";
import type { Clock } from "../../contracts/clock.js";
import type { Pool } from "../../contracts/pool.js";
import type { Progress } from "../../contracts/progress.js";
import type { Random } from "../../contracts/random.js";
import type { Sampler } from "../../contracts/sampler.js";
import type { Costs } from "../../contracts/scheduler.js";
import type { Scoring } from "../../contracts/scoring.js";
import { planned } from "../../gain/costs.js";
import { reportGain } from "../../gain/gain.js";
import { scorePool } from "../scoring/score-pool.js";
import { trialCandidates, type TrialParts } from "../candidates/trial-candidates.js";

/** Calls that scoring is timed by, after others that warm the engine up. */
export interface ScoringCalls {
  readonly warmUp: number;
  readonly timed: number;
}

/** What scoring is timed with. */
interface MeasuringParts extends TrialParts {
  readonly inline: Scoring;
  /** The sampler's law, checked. */
  readonly law: Sampler["law"];
  readonly batchSize: number;
  readonly random: Random;
  readonly clock: Clock;
}

/** Scores a pool, and computes what a step computes of scores: the law of its draw, and what that gains. */
function judge(
  { scorer, law, batchSize, presample }: MeasuringParts,
  pool: Pool,
  progress: Progress,
) {
  if (scorer === undefined) return;
  const scored = scorePool(pool, scorer, "skip").pool;
  if (law === undefined || scored.ids.length === 0) return;
  const sizes = planned({ batchSize, presample });
  law(scored, sizes.count, progress);
  reportGain(scored, { law }, { batchSize, ...sizes, progress });
}

/**
 * Measures score(B): the median of some calls, after others that warm the engine up, of loading B candidates, scoring them
 * and judging by the scores, in seconds. The candidates are drawn for this alone, so the run's order is untouched.
 */
export async function measureScoring(
  parts: MeasuringParts,
  progress: Progress,
  calls: ScoringCalls,
): Promise<Costs["score"]> {
  const { inline, clock } = parts;
  const random = parts.random.fork("calibration");
  const times: number[] = [];
  for (let call = 0; call < calls.warmUp + calls.timed; call++) {
    const request = trialCandidates(parts, random, progress.update);
    const started = clock.now();
    const { pool, dispose } = await inline.submit(request);
    try {
      judge(parts, pool, progress);
    } finally {
      dispose();
    }
    if (call >= calls.warmUp) times.push((clock.now() - started) / 1000);
  }
  return median(times);
}
