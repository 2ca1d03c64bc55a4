import { threshold, type Evaluation } from "@unequal/core";
import { numberText } from "./number-text.js";
import { pastBestText, type Look } from "./past-best.js";
import { scaledRate } from "./scaled-rate.js";
import { stepTimes, type StepTimes } from "./step-times.js";
import { timeText } from "./time-text.js";
import type { RunFigures } from "./track-run.js";

/** Sizes that a run was planned with: rows of a uniform step, candidates that costs are measured on. */
interface PlannedSizes {
  readonly batchSize: number;
  readonly presample: number;
}

/** What a summary tells of. */
export interface SummaryFacts {
  readonly config: PlannedSizes &
    Readonly<Record<"model" | "dataset" | "backend" | "sampler", { readonly name: string }>> & {
      readonly rate: { readonly name: string } | undefined;
    };
  readonly figures: RunFigures;
  readonly train: Evaluation;
  readonly test: Evaluation | undefined;
  /** At some of the test examples, on the way. */
  readonly looks: readonly Look[];
  readonly interrupted: boolean;
}

const percent = (share: number): string => `${(100 * share).toFixed(share < 0.1 ? 2 : 1)} %`;
const steps = (count: number): string => count.toLocaleString("en-US");

function outcome(facts: SummaryFacts): string {
  const { config, figures, train, test, interrupted } = facts;
  const { model, dataset, backend } = config;
  const error = test?.metrics["error"];
  const found = [
    `training loss ${numberText(train.loss)}`,
    test && `test loss ${numberText(test.loss)}`,
    error !== undefined && `test error ${percent(error)}`,
  ].filter(Boolean);
  const ended = interrupted ? "Interrupted: trained" : "Trained";
  return `${ended} ${model.name} on ${dataset.name} (${backend.name}) for ${steps(figures.step)} steps in ${timeText(figures.seconds)}: ${found.join(", ")}.`;
}

function whenSwitched({ figures, config }: SummaryFacts): string {
  const { importanceSteps, step, switches } = figures;
  const first = switches.find(({ importance }) => importance);
  if (first === undefined) return `Every step was uniform (sampler ${config.sampler.name}).`;
  const more = switches.length - 1;
  const later = more === 0 ? "" : `, ${more} more switch${more === 1 ? "" : "es"} later`;
  return `Importance sampling came on at step ${steps(first.step)} (${timeText(first.seconds)})${later}: ${steps(importanceSteps)} of ${steps(step)} steps.`;
}

/** Tells how far importance steps went. */
function howFar(facts: SummaryFacts): string[] {
  const rate = scaledRate(facts);
  if (rate === undefined) return [];
  if (rate.mean === 1) return ["Importance steps took the learning rate as it was set."];
  return [
    `Importance steps took ${numberText(rate.mean)} times the learning rate on average, ${numberText(rate.largest)} times at most.`,
  ];
}

/** Tells where no sampling helps. */
function whereNot({ looks, train }: SummaryFacts): string[] {
  const at = (share: number): string => `at ${Math.round(100 * share)} % of the run`;
  const text = pastBestText(looks, { train: train.loss, name: "test", at });
  return text === undefined ? [] : [text];
}

/** Tells how old scores were that a replica computed in the background. */
function howOld({ age = 0 }: RunFigures): string {
  return age === 0 ? "" : `; scores were ${numberText(age)} updates old on average`;
}

function verdict(facts: SummaryFacts, net: number): string {
  if (net < 1) return "it did not pay: uniform sampling gives less variance for the same time";
  const { mean = 1 } = scaledRate(facts) ?? {};
  return mean > 1
    ? "it paid, and the learning rate spent it: steps were longer, and no noisier"
    : "it paid, as far as variance is what holds training back";
}

function whetherItPaid(facts: SummaryFacts, times: StepTimes): string[] {
  const { figures } = facts;
  if (figures.gain === undefined) return [];
  const net = figures.gain / times.ratio;
  return [
    `Predicted gain ${numberText(figures.gain)}: an importance step had that many times less variance than a uniform one.`,
    `Realised gain ${numberText(net)}: what is left of it for equal time, since a step took ${numberText(times.ratio)} times as long as a uniform one (${numberText(1000 * times.importance)} ms, ${numberText(1000 * times.uniform)} ms): ${verdict(facts, net)}.`,
    `Scoring took ${percent(times.scoringShare)} of the training time${howOld(figures)}.`,
  ];
}

function whyOff({ figures, config }: SummaryFacts): string[] {
  const { estimatedTau, costs, sizes, importanceSteps } = figures;
  if (importanceSteps > 0 || estimatedTau === undefined) return [];
  const needed =
    costs && `; the gain would have to reach ${numberText(threshold(costs, config, sizes))}`;
  return [`Tau at the end was ${numberText(estimatedTau)}${needed ?? ""}.`];
}

/** The least, the mean and the largest of some numbers. */
function rangeText(values: readonly number[]): string {
  const least = values.reduce((a, b) => Math.min(a, b));
  const most = values.reduce((a, b) => Math.max(a, b));
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return least === most ? `${least}` : `${least} to ${most} (${Math.round(mean)} on average)`;
}

/** Tells how large importance steps were, unless their rows were all that they had. */
function sizesText({ importanceTimes }: RunFigures): string[] {
  if (importanceTimes.every(({ candidates, count }) => candidates === count)) return [];
  const candidates = rangeText(importanceTimes.map((time) => time.candidates));
  const counts = rangeText(importanceTimes.map((time) => time.count));
  return [`Importance steps drew ${counts} rows from ${candidates} candidates.`];
}

/**
 * Tells in a few lines what a run found and whether importance sampling paid: the gain that its estimates predict for
 * a step, the gain for equal time by the steps' real times, what scoring took, and how large the steps were; and where
 * the test loss went up again.
 * A run has no twin without importance sampling to compare its losses with: for that, train twice.
 */
export function summary(facts: SummaryFacts): readonly string[] {
  const times = stepTimes(facts.figures, facts.config.batchSize);
  return [
    outcome(facts),
    whenSwitched(facts),
    ...howFar(facts),
    ...whetherItPaid(facts, times),
    ...whyOff(facts),
    ...sizesText(facts.figures),
    ...whereNot(facts),
  ];
}
