import { threshold, type Evaluation } from "@unequal/core";
import { adviseSizes } from "../advise-sizes.js";
import { numberText } from "./number-text.js";
import { stepTimes, type StepTimes } from "./step-times.js";
import { timeText } from "./time-text.js";
import type { RunFigures, RunSizes } from "./track-run.js";

/** What a summary tells of. */
export interface SummaryFacts {
  readonly config: RunSizes &
    Readonly<Record<"model" | "dataset" | "backend" | "sampler", { readonly name: string }>>;
  readonly figures: RunFigures;
  readonly train: Evaluation;
  readonly test: Evaluation | undefined;
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

function whetherItPaid({ figures }: SummaryFacts, times: StepTimes): string[] {
  if (figures.gain === undefined) return [];
  const net = figures.gain / times.ratio;
  const verdict =
    net >= 1
      ? "it paid, as far as variance is what holds training back"
      : "it did not pay: uniform sampling gives less variance for the same time";
  return [
    `Predicted gain ${numberText(figures.gain)}: an importance step had that many times less variance than a uniform one.`,
    `Realised gain ${numberText(net)}: what is left of it for equal time, since a step took ${numberText(times.ratio)} times as long as a uniform one (${numberText(1000 * times.importance)} ms, ${numberText(1000 * times.uniform)} ms): ${verdict}.`,
    `Scoring took ${percent(times.scoringShare)} of the training time.`,
  ];
}

function whyOff({ figures }: SummaryFacts): string[] {
  const { estimate, costs, importanceSteps } = figures;
  if (importanceSteps > 0 || estimate === undefined) return [];
  const needed = costs && `; the gain would have to reach ${numberText(threshold(costs))}`;
  return [`Tau at the end was ${numberText(estimate.tau)}${needed ?? ""}.`];
}

/** score(b) and step(b) as seen: from the steps, else from calibration. */
function stepOverScore({ figures, config }: SummaryFacts, times: StepTimes): number | undefined {
  const share = config.batchSize / config.presample;
  const score =
    figures.importanceSteps > 0 ? times.importance - times.uniform : figures.costs?.score;
  const step = figures.importanceSteps > 0 ? times.uniform : figures.costs?.step;
  if (score === undefined || step === undefined || !(score > 0)) return undefined;
  return step / (score * share);
}

function advice(facts: SummaryFacts, times: StepTimes): string[] {
  const { figures, config } = facts;
  const estimate = figures.importanceEstimate ?? figures.estimate;
  const r = stepOverScore(facts, times);
  if (estimate === undefined || r === undefined) return [];
  const advised = adviseSizes(estimate, config, r);
  const seen = `At tau ${numberText(estimate.tau)}, with scoring ${numberText(r)} times cheaper than training`;
  if (advised.net < 1) {
    return [
      `Advice: ${seen}, no presample B makes importance sampling pay: tau/V would have to exceed ${numberText(advised.breakEven)}, and is ${numberText(estimate.tau / estimate.dispersion)}.`,
    ];
  }
  const { batchSize: b, presample: B } = config;
  return [
    `Advice: ${seen}, B = ${Math.round(advised.presample)} is best for b = ${b} (realised gain ${numberText(advised.net)}); from B = ${B}, b = ${Math.ceil(advised.batchSize)} would be as noisy as uniform batches of ${b}.`,
  ];
}

/**
 * Tells in a few lines what a run found and whether importance sampling paid: the gain that its estimates predict for
 * a step, the gain for equal time by the steps' real times, what scoring took, and which B and b suit what was seen.
 * A run has no twin without importance sampling to compare its losses with: for that, train twice.
 */
export function summary(facts: SummaryFacts): readonly string[] {
  const { batchSize, presample } = facts.config;
  const times = stepTimes(facts.figures, batchSize / presample);
  return [
    outcome(facts),
    whenSwitched(facts),
    ...whetherItPaid(facts, times),
    ...whyOff(facts),
    ...advice(facts, times),
  ];
}
