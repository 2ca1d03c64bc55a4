import type { Dataset } from "../contracts/dataset.js";
import type { Estimator } from "../contracts/estimator.js";
import type { Learner } from "../contracts/learner.js";
import type { Sampler } from "../contracts/sampler.js";
import type { Gate, Rate, Scheduler, Sizer } from "../contracts/scheduler.js";
import type { Scorer } from "../contracts/scorer.js";
import type { SignalSource } from "../contracts/signal-source.js";
import { UnequalError } from "../errors.js";
import { firstProgress } from "../schedulers/compose-scheduler.js";
import { checkOffered, offeredSignals, wantedSignals } from "./scoring/signal-sources.js";
import { plannedSizes } from "./candidates/plan-candidates.js";
import type { ScoringSettings } from "./scoring/scoring-option.js";

/** What is checked before the first step. */
interface CheckedParts {
  readonly batchSize: number;
  readonly presample: number;
  readonly learner: Learner;
  readonly dataset: Dataset;
  readonly sources: readonly SignalSource[];
  readonly scorer: Scorer | undefined;
  readonly sampler: Sampler;
  readonly estimator: Estimator;
  readonly scheduler: Scheduler;
  /** What the scheduler is composed of, if it is. */
  readonly gate: Gate | undefined;
  readonly sizer: Sizer | undefined;
  readonly rate: Rate | undefined;
  readonly scoringSettings: ScoringSettings;
}

function checkSizes({ batchSize, presample, dataset, scorer }: CheckedParts): void {
  if (batchSize > presample) {
    throw new UnequalError(
      "BATCH_LARGER_THAN_POOL",
      `The batch size must not exceed the presample, but batchSize is ${batchSize} and presample ${presample}. Raise presample (three times batchSize is usual) or lower batchSize.`,
    );
  }
  if (dataset.size === 0)
    throw new UnequalError("DATASET_EMPTY", "The dataset is empty. Give it at least one example.");
  const { size } = dataset;
  const [what, option, needed] =
    scorer === undefined || size < batchSize
      ? (["batch", "batchSize", batchSize] as const)
      : (["pool", "presample", presample] as const);
  if (size < needed) {
    throw new UnequalError(
      "DATASET_TOO_SMALL",
      `The dataset has ${size} examples, but one ${what} takes ${needed}. Lower ${option}.`,
    );
  }
}

/** Trained rows bring free signals alone: paid ones must be refreshed. */
function checkObserved({ sampler, learner, sources }: CheckedParts): void {
  if (sampler.refresh !== undefined) return;
  const signals = offeredSignals(learner, sources);
  const paid = sampler.requires.find((name) => signals.get(name) !== "free");
  if (paid === undefined) return;
  throw new UnequalError(
    "SIGNAL_UNAVAILABLE",
    `The sampler learns from the signal "${paid}" of the rows trained on, but training does not bring it: it takes a pass of its own. Have the sampler compute it now and then (an option such as recompute), or use a signal that is free.`,
  );
}

function checkSignals(parts: CheckedParts): void {
  const { scorer, sampler, learner, sources } = parts;
  if (sampler.scored && scorer === undefined) {
    throw new UnequalError(
      "SCORER_MISSING",
      'The sampler draws by score, but no scorer is given. Add one, such as "upper-bound".',
    );
  }
  if (!sampler.scored && scorer !== undefined) {
    throw new UnequalError(
      "SCORER_UNUSED",
      'The sampler does not draw by score, so the scorer would never be used. Leave it out, or use a sampler such as "proportional".',
    );
  }
  checkOffered([...wantedSignals(parts), ...sampler.requires], learner, sources);
}

/** Names what a loss is of. */
function kindOf(arity: number): string {
  return arity === 1 ? "single examples" : arity === 2 ? "pairs" : "triplets";
}

function checkArity({ sampler, estimator }: CheckedParts): void {
  const drawn = sampler.arity;
  const { arity } = estimator;
  if (drawn === arity) return;
  throw new UnequalError(
    "ESTIMATOR_UNSUPPORTED",
    `The sampler draws ${kindOf(drawn)}, but the estimator steps on ${kindOf(arity)}. Use ${drawn === 1 ? 'an estimator such as "plain", or a sampler that mines' : `an estimator for ${kindOf(drawn)}`}.`,
  );
}

/** An estimator of single examples steps along the model's own loss. */
function checkLoss({ estimator, learner }: CheckedParts): void {
  if (estimator.arity !== 1 || learner.signals.has("loss")) return;
  throw new UnequalError(
    "ESTIMATOR_UNSUPPORTED",
    `The estimator steps along the model's own loss, but the model has none. ${learner.explainMissing("loss")} For metric learning use a sampler that mines, such as "semi-hard", with its estimator.`,
  );
}

/** A state that is kept from batch to batch is that of the examples before, in the order of the dataset or a fixed one. */
function checkStateful({ learner, sampler, scorer, estimator, ...parts }: CheckedParts): void {
  const { stateful } = learner.facts;
  if (stateful === undefined) return;
  const drawn = sampler.scored || sampler.proposes || scorer !== undefined;
  if (drawn || estimator.arity !== 1) {
    throw new UnequalError(
      "STATEFUL_MODEL",
      'The model has layers that keep their state from each batch to the next, row by row, so that drawing examples by score would give each the state of another. Train it with the sampler "uniform", or make the layers with stateful: false.',
    );
  }
  const { batchSize, dataset } = parts;
  if (batchSize === stateful && dataset.size % stateful === 0) return;
  throw new UnequalError(
    "STATEFUL_MODEL",
    `The model keeps states for batches of ${stateful} examples, but batchSize is ${batchSize} and the dataset has ${dataset.size}. Give batchSize: ${stateful}, and a number of examples that is a multiple of it.`,
  );
}

/** A replica is of use where there is something to score. */
function checkScoring(parts: CheckedParts): void {
  if (parts.scoringSettings.name === "background" && wantedSignals(parts).length === 0) {
    throw new UnequalError(
      "OPTION_INVALID",
      'With scoring: "background" there must be something to score, but the sampler draws without scores. Leave the option out, or use a sampler such as "proportional".',
    );
  }
}

/** Says why the gain of drawing by score cannot be known: the sampler does not draw so, or does not state its law. */
function whyNoGain({ scored }: Sampler): string {
  return scored
    ? "the sampler draws by score but states no law, which the gain follows from. Give it `law(pool, count, progress)`, the expected times that it would draw each candidate,"
    : 'the sampler does not draw by score. Use a sampler such as "proportional",';
}

/** What decides without scores. */
const UNSCORED = {
  scheduler: 'the gate "always", "never" or "warm-up"',
  gate: 'the gate "always", "never" or "warm-up"',
  sizer: 'the sizer "fixed"',
  rate: 'the rate "fixed"',
} as const;

/** A scheduler, or what it is composed of, may go by the gain, which not every sampler lets know, or by losses of candidates. */
function checkNeeds({ scheduler, gate, sizer, rate, sampler, scorer }: CheckedParts): void {
  const estimated = scorer !== undefined && sampler.law !== undefined;
  const parts: Readonly<Record<string, Pick<Scheduler, "requires"> | undefined>> = gate
    ? { gate, sizer, rate }
    : { scheduler };
  for (const [role, part] of Object.entries(parts)) {
    const needs = part?.requires ?? [];
    const gained = needs.includes("estimate") && !estimated;
    if (!gained && !(needs.includes("loss") && scorer === undefined)) continue;
    throw new UnequalError(
      "SCHEDULER_NEEDS_SCORES",
      `The ${role} goes by ${gained ? "the gain of drawing by score" : "the losses of candidates"}, but ${whyNoGain(sampler)} or ${UNSCORED[role as keyof typeof UNSCORED]}.`,
    );
  }
}

function bindScheduler(parts: CheckedParts): void {
  const { scheduler, sampler, scorer, dataset, batchSize, presample } = parts;
  const estimated = scorer !== undefined && sampler.law !== undefined;
  checkNeeds(parts);
  const { size } = dataset;
  scheduler.bind?.({ batchSize, presample, size, estimated });
  // before the first step, not at it
  plannedSizes(parts, firstProgress({ size, batchSize }));
}

/** Checks that the parts suit each other, and tells each what it wants to know, before the first step. */
export function checkTrainer(parts: CheckedParts): void {
  const { sampler, estimator, learner, dataset } = parts;
  checkStateful(parts);
  checkSizes(parts);
  checkSignals(parts);
  checkObserved(parts);
  checkScoring(parts);
  checkArity(parts);
  checkLoss(parts);
  bindScheduler(parts);
  const labels = dataset.labels?.();
  const facts = { size: dataset.size, ...(labels && { labels }) };
  for (const source of parts.sources) source.bind?.(facts);
  estimator.bind?.(learner, facts);
  sampler.bind?.(facts);
}
