import type { Pool } from "../contracts/pool.js";
import type { Progress } from "../contracts/progress.js";
import type { Costs } from "../contracts/scheduler.js";
import { planned } from "../schedulers/costs.js";
import { reportGain } from "./gain.js";
import { median } from "./median.js";
import { scorePool } from "./score-pool.js";
import type { TrainerParts } from "./trainer-parts.js";
import { trialCandidates } from "./trial-candidates.js";

/** Scores a pool, and computes what a step computes of scores: the law of its draw, and what that gains. */
function judge(
  { scorer, law, batchSize, presample }: TrainerParts,
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
  parts: TrainerParts,
  progress: Progress,
  calls: { readonly warmUp: number; readonly timed: number },
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
