import type { Dataset } from "../../contracts/dataset.js";
import type { StepResult } from "../../contracts/learner.js";
import type { Sampler } from "../../contracts/sampler.js";
import type { SignalSource } from "../../contracts/signal-source.js";
import type { ReportedGain } from "../../contracts/events.js";
import type { StepPlan } from "../candidates/step-plan.js";
import { tellSampler } from "../candidates/plan-candidates.js";
import { checkLosses } from "../checks/check-losses.js";
import type { LeftOutTeller } from "../checks/left-out-teller.js";
import type { WeightWatch } from "../checks/weight-watch.js";
import { effectiveCoefficients, type DrawnBatch } from "../draws/draw-rows.js";
import type { MetricControl } from "../estimates/metric-control.js";
import { pickExamples } from "../pools/pick.js";
import { unweighted } from "../pools/unweighted.js";
import type { NonFinite } from "../scoring/score-pool.js";
import { signalsOf } from "../scoring/signal-sources.js";
import type { StepEstimates } from "./estimate-step.js";
import type { UpdatedBatch } from "./step-batch.js";

/** What is learned of a step with. */
interface LearningParts {
  readonly metrics: MetricControl;
  readonly dataset: Dataset;
  readonly sampler: Sampler;
  readonly sources: readonly SignalSource[];
  readonly nonFinite: NonFinite;
  readonly leftOut: LeftOutTeller;
  readonly weightWatch: WeightWatch;
  /** Absent where nothing scores. */
  readonly estimates: Pick<StepEstimates, "of"> | undefined;
}

/** What a step taught. */
interface Learned {
  readonly result: StepResult;
  readonly estimate: ReportedGain | undefined;
}

/** Corrects the metrics of a step for the sum of its coefficients, which uniform steps keep at 1. */
function steadied(
  { metrics }: LearningParts,
  result: StepResult,
  coefficients: Float32Array,
): StepResult {
  const weight = coefficients.reduce((sum, coefficient) => sum + coefficient, 0);
  return { ...result, metrics: metrics.correct(result.metrics, weight) };
}

/** What a step found of its rows, how much each counted, and by which parameters. */
interface Found extends Pick<StepResult, "signals"> {
  readonly coefficients: Float32Array;
  readonly scoredAt: number;
}

/** Tells the sampler what the pass found of the rows, without a first stage's weights, and what sources know of them. */
async function observe(
  { sampler, sources, nonFinite }: LearningParts,
  { ids, keys, weights, labels, drawn }: DrawnBatch,
  { signals, coefficients, scoredAt }: Found,
): Promise<void> {
  if (sampler.observe === undefined || ids.length === 0) return;
  const added = await signalsOf(sources, sampler.requires, { ids, keys });
  const observation = {
    ids,
    ...(labels && { labels }),
    ...(weights && { proposed: true as const }),
    ...(drawn.groups === undefined && { coefficients }),
    signals: { ...unweighted(signals, weights), ...added },
    scoredAt,
  };
  tellSampler(sampler, observation, nonFinite);
}

/** Names the examples of a batch that are not in what is left of it. */
function without({ ids, keys }: DrawnBatch, left: DrawnBatch) {
  const named = (batch: Pick<DrawnBatch, "ids" | "keys">, row: number): string =>
    `${batch.ids[row]}/${batch.keys[row]}`;
  const stayed = new Set(Array.from(left.ids, (_, row) => named(left, row)));
  const gone = Array.from(ids.keys()).filter((row) => !stayed.has(named({ ids, keys }, row)));
  return pickExamples({ ids, keys }, gone);
}

async function learnFrom(
  parts: LearningParts,
  { drawn, updated }: { readonly drawn: DrawnBatch; readonly updated: UpdatedBatch },
  step: StepPlan,
): Promise<Learned> {
  const { batch: stepped } = updated.ready;
  const { length } = stepped.ids;
  if (length < drawn.ids.length) await parts.leftOut.losses(without(drawn, stepped), length);
  const coefficients = effectiveCoefficients(stepped);
  const result = steadied(parts, updated.result, coefficients);
  await checkLosses(result, stepped, parts.dataset);
  if (step.importance && stepped.drawn.groups === undefined) {
    const { loss: losses = new Float32Array() } = result.signals;
    parts.weightWatch.stepped({ ids: stepped.ids, coefficients, losses });
  }
  const estimate = await parts.estimates?.of({ ...updated, result }, step);
  const { signals } = result;
  await observe(parts, stepped, { signals, coefficients, scoredAt: step.progress.update });
  return { result, estimate };
}

/** Checks what an update found, and learns from it: of the rows that it was made on. @throws LOSS_NOT_FINITE */
export type LearnFrom = (
  drawn: DrawnBatch,
  updated: UpdatedBatch,
  step: StepPlan,
) => Promise<Learned>;

/** Makes what learns from the steps of a run. */
export function stepLearner(parts: LearningParts): LearnFrom {
  return (drawn, updated, step) => learnFrom(parts, { drawn, updated }, step);
}
