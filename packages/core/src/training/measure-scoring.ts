import { scoresOf } from "./scores-of.js";
import type { Costs } from "../contracts/scheduler.js";
import { median } from "./median.js";
import type { TrainerParts } from "./trainer-parts.js";
import { trialCandidates } from "./trial-candidates.js";

/**
 * Measures score(B): the median of some calls, after others that warm the engine up, of loading and scoring
 * B candidates, in seconds. The candidates are drawn for this alone, so the run's order is untouched.
 */
export async function measureScoring(
  parts: TrainerParts,
  version: number,
  calls: { readonly warmUp: number; readonly timed: number },
): Promise<Costs["score"]> {
  const { inline, scorer, clock } = parts;
  const random = parts.random.fork("calibration");
  const times: number[] = [];
  for (let call = 0; call < calls.warmUp + calls.timed; call++) {
    const request = trialCandidates(parts, random, version);
    const started = clock.now();
    const { pool, dispose } = await inline.submit(request);
    try {
      if (scorer !== undefined) scoresOf(scorer, pool);
    } finally {
      dispose();
    }
    if (call >= calls.warmUp) times.push((clock.now() - started) / 1000);
  }
  return median(times);
}
