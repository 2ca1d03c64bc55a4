import type { Scoring } from "../contracts/scoring.js";
import { besideScoring } from "./beside-scoring.js";
import { mixOldScores } from "./mix-old-scores.js";
import { wantedSignals } from "./plan-candidates.js";
import { aheadOnLearner, neverAhead } from "./scoring-ahead.js";
import { scoringSettings, type ScoringOption } from "./scoring-option.js";
import { addSignals } from "./signal-sources.js";
import type { TrainerParts } from "./trainer-parts.js";

type Chosen = Pick<TrainerParts, "scoring" | "inline" | "beside" | "scoringSettings" | "sampler">;

type Surroundings = Pick<
  TrainerParts,
  | "learner"
  | "dataset"
  | "estimator"
  | "sampler"
  | "scorer"
  | "sources"
  | "events"
  | "clock"
  | "reuse"
>;

/** The next candidates can be had while the learner is at this step where they do not depend on what the step finds. */
function overlaps({ learner, estimator, sampler }: Surroundings): boolean {
  const { asynchronous = false } = learner.facts;
  const { immediate = false } = estimator;
  const { propose, refresh } = sampler;
  return asynchronous && immediate && propose === undefined && refresh === undefined;
}

/** A replica has nothing to do where no score is wanted; and an engine that computes beside the host hides scoring by itself. */
function mayHelp(parts: Surroundings): boolean {
  return wantedSignals(parts).length > 0 && parts.learner.facts.asynchronous !== true;
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
    // how many batches a pool bears is found by the law, which must not change with what it finds
    ({ version }, { update }) => version < update || reuse.most > 1,
  );
  const inline = addSignals(onLearner, parts.sources);
  if (settings.name === "inline" || (settings.name === "auto" && !mayHelp(parts))) {
    const scoring = overlaps(parts) ? aheadOnLearner(inline) : neverAhead(inline);
    return { scoring, inline, beside: undefined, scoringSettings: settings, sampler };
  }
  const beside = besideScoring({ ...parts, inline }, settings);
  return { scoring: beside, inline, beside, scoringSettings: settings, sampler };
}
