import type { Clock } from "../../contracts/clock.js";
import type { Dataset } from "../../contracts/dataset.js";
import type { Estimator } from "../../contracts/estimator.js";
import type { Learner } from "../../contracts/learner.js";
import type { Sampler } from "../../contracts/sampler.js";
import type { Scheduler } from "../../contracts/scheduler.js";
import type { Scorer } from "../../contracts/scorer.js";
import type { Scoring } from "../../contracts/scoring.js";
import type { SignalSource } from "../../contracts/signal-source.js";
import type { EventBus } from "../../events.js";
import { backgroundScoring, type BackgroundScoring } from "./background-scoring.js";
import { mixOldScores } from "./score-pool.js";
import { aheadOnLearner, neverAhead, type ScoringAhead } from "./scoring-ahead.js";
import { scoringSettings, type ScoringOption, type ScoringSettings } from "./scoring-option.js";
import { addSignals, wantedSignals } from "./signal-sources.js";

/** Where candidates are scored, and what follows from that. */
interface Chosen {
  readonly scoring: ScoringAhead;
  /** Loads and scores on the learner, at once, whatever is asked for ahead. */
  readonly inline: Scoring;
  /** The same as `scoring`, where a replica may score. */
  readonly background: BackgroundScoring | undefined;
  readonly scoringSettings: ScoringSettings;
  /** The sampler, as it draws by old scores. */
  readonly sampler: Sampler;
}

/** What that is chosen by. */
interface Surroundings {
  readonly learner: Learner;
  readonly dataset: Dataset;
  readonly estimator: Estimator;
  readonly sampler: Sampler;
  readonly scorer: Scorer | undefined;
  readonly scheduler: Pick<Scheduler, "requires">;
  readonly sources: readonly SignalSource[];
  readonly events: EventBus;
  readonly clock: Clock;
}

/** The next candidates can be had while the learner is at this step where they do not depend on what the step finds. */
function overlaps({ learner, estimator, sampler }: Surroundings): boolean {
  const { asynchronous = false } = learner.facts;
  const { immediate } = estimator;
  const { propose, refresh } = sampler;
  return asynchronous && immediate && propose === undefined && refresh === undefined;
}

/** A replica has nothing to do where no score is wanted; and an engine that computes alongside the host hides scoring by itself. */
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
  const sampler = mixOldScores(parts.sampler, settings.uniform);
  const inline = addSignals(onLearner, parts.sources);
  if (settings.name === "inline" || (settings.name === "auto" && !mayHelp(parts))) {
    const scoring = overlaps(parts) ? aheadOnLearner(inline) : neverAhead(inline);
    return { scoring, inline, background: undefined, scoringSettings: settings, sampler };
  }
  const background = backgroundScoring({ ...parts, inline }, settings);
  return { scoring: background, inline, background, scoringSettings: settings, sampler };
}
