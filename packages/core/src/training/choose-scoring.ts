import type { Scoring } from "../contracts/scoring.js";
import { besideScoring } from "./beside-scoring.js";
import { mixOldScores } from "./mix-old-scores.js";
import { aheadOnLearner, neverAhead } from "./scoring-ahead.js";
import { scoringSettings, type ScoringOption } from "./scoring-option.js";
import { addSignals } from "./signal-sources.js";
import type { TrainerParts } from "./trainer-parts.js";

type Chosen = Pick<TrainerParts, "scoring" | "beside" | "scoringSettings" | "sampler">;

type Surroundings = Pick<
  TrainerParts,
  "learner" | "dataset" | "estimator" | "sampler" | "sources" | "events" | "clock" | "reuse"
>;

/** The next candidates can be had while the learner is at this step where they do not depend on what the step finds. */
function overlaps({ learner, estimator, sampler }: Surroundings): boolean {
  const { asynchronous = false } = learner.facts;
  const { immediate = false } = estimator;
  const { propose, refresh } = sampler;
  return asynchronous && immediate && propose === undefined && refresh === undefined;
}

/** Chooses where candidates are scored, and how far ahead. @throws OPTION_INVALID */
export function chooseScoring(
  parts: Surroundings,
  onLearner: Scoring,
  option: ScoringOption | undefined,
): Chosen {
  const settings = scoringSettings(option);
  const { reuse } = parts;
  const sampler = mixOldScores(
    parts.sampler,
    settings.uniform,
    ({ version }, { update }) => version < update || reuse.times() > 1,
  );
  const inline = addSignals(onLearner, parts.sources);
  if (settings.name === "inline") {
    const scoring = overlaps(parts) ? aheadOnLearner(inline) : neverAhead(inline);
    return { scoring, beside: undefined, scoringSettings: settings, sampler };
  }
  const beside = besideScoring({ ...parts, inline }, settings);
  return { scoring: beside, beside, scoringSettings: settings, sampler };
}
