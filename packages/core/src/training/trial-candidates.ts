import type { Random } from "../contracts/random.js";
import type { ScoringRequest } from "../contracts/scoring.js";
import { wantedSignals } from "./plan-candidates.js";
import type { TrainerParts } from "./trainer-parts.js";

/** Draws B candidates to time their scoring, by a generator of one's own, so that the run's order is untouched. */
export function trialCandidates(
  parts: TrainerParts,
  random: Random,
  version: number,
): ScoringRequest {
  const { dataset, presample } = parts;
  return {
    ids: Uint32Array.from({ length: presample }, () => random.integer(dataset.size)),
    keys: new Uint32Array(presample),
    signals: wantedSignals(parts),
    version,
  };
}
