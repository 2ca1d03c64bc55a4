import type { Dataset } from "../../contracts/dataset.js";
import type { Random } from "../../contracts/random.js";
import type { Sampler } from "../../contracts/sampler.js";
import type { Scheduler } from "../../contracts/scheduler.js";
import type { Scorer } from "../../contracts/scorer.js";
import type { ScoringRequest } from "../../contracts/scoring.js";
import { wantedSignals } from "../scoring/signal-sources.js";

/** What candidates for trials are drawn with. */
export interface TrialParts {
  readonly dataset: Pick<Dataset, "size">;
  readonly presample: number;
  readonly scorer: Scorer | undefined;
  readonly scheduler: Pick<Scheduler, "requires">;
  readonly sampler: Sampler;
}

/** Draws B candidates to time their scoring, by a generator of one's own, so that the run's order is untouched. */
export function trialCandidates(
  parts: TrialParts,
  random: Random,
  scoredAt: number,
): ScoringRequest {
  const { dataset, presample } = parts;
  return {
    ids: Uint32Array.from({ length: presample }, () => random.integer(dataset.size)),
    keys: new Uint32Array(presample),
    signals: wantedSignals(parts),
    scoredAt,
  };
}
