import type { CandidateOrder } from "../../contracts/candidate-order.js";
import type { Dataset } from "../../contracts/dataset.js";
import type { Progress } from "../../contracts/progress.js";
import type { Observation, Sampler } from "../../contracts/sampler.js";
import type { Scheduler, Sizes } from "../../contracts/scheduler.js";
import type { Scorer } from "../../contracts/scorer.js";
import type { Scoring } from "../../contracts/scoring.js";
import type { Weighting } from "../../contracts/weighting.js";
import { UnequalError } from "../../errors.js";
import type { PlannedCandidates, StepPlan } from "./step-plan.js";
import { checkSelection } from "../draws/draw-rows.js";
import { chunksOf } from "../pools/chunks.js";
import { rowsOfFiniteSignals } from "../pools/finite-rows.js";
import { pickVectors } from "../pools/pick.js";
import type { NonFinite } from "../scoring/score-pool.js";
import { wantedSignals } from "../scoring/signal-sources.js";

function pickRows(observation: Observation, rows: Int32Array): Observation {
  const { ids, signals, labels, proposed, coefficients, scoredAt } = observation;
  const pick = (values: Float32Array): Float32Array => pickVectors(values, ids.length, rows);
  return {
    ids: Uint32Array.from(rows, (row) => ids[row] as number),
    signals: Object.fromEntries(
      Object.entries(signals).map(([name, values]) => [name, pick(values)]),
    ),
    ...(labels && { labels: Int32Array.from(rows, (row) => labels[row] as number) }),
    ...(proposed && { proposed }),
    ...(coefficients && { coefficients: pick(coefficients) }),
    scoredAt,
  };
}

/** Has a sampler observe rows: under `nonFinite: "skip"` those alone whose signals are all finite, lest it remember others. */
export function tellSampler(
  sampler: Sampler,
  observation: Observation,
  nonFinite: NonFinite,
): void {
  const { ids, signals } = observation;
  const size = ids.length;
  const rows = nonFinite === "skip" ? rowsOfFiniteSignals(signals, size) : undefined;
  if (rows === undefined || rows.length === size) sampler.observe?.(observation);
  else if (rows.length > 0) sampler.observe?.(pickRows(observation, rows));
}

/** What a sampler's memory is refreshed with. */
export interface MemoryParts {
  readonly sampler: Sampler;
  readonly inline: Scoring;
  readonly presample: number;
  readonly nonFinite: NonFinite;
}

/** Computes anew what the sampler asks for, a pool at a time. */
export async function refreshMemory(
  { sampler, inline, presample, nonFinite }: MemoryParts,
  progress: Progress,
): Promise<void> {
  const { requires: signals } = sampler;
  const scoredAt = progress.update;
  const wanted = sampler.refresh?.(progress);
  if (wanted === undefined) return;
  for (const ids of chunksOf(wanted, presample)) {
    const keys = new Uint32Array(ids.length);
    const { pool, dispose } = await inline.submit({ ids, keys, signals, scoredAt });
    dispose();
    const { labels, signals: found } = pool;
    tellSampler(sampler, { ids, signals: found, ...(labels && { labels }), scoredAt }, nonFinite);
  }
}

/** What candidates are planned with. */
export interface PlanningParts {
  readonly scorer: Scorer | undefined;
  readonly scheduler: Pick<Scheduler, "requires">;
  readonly sampler: Sampler;
  readonly weighting: Weighting;
  readonly dataset: Dataset;
  readonly order: CandidateOrder;
  readonly batchSize: number;
}

/** What sizes are asked of. */
export interface SizedParts {
  readonly scheduler: Pick<Scheduler, "decide">;
  readonly scorer: Scorer | undefined;
  readonly dataset: Pick<Dataset, "size">;
}

/**
 * Asks the scheduler for the sizes of the coming step, were it one of importance sampling. Without a scorer there is
 * nothing to choose by, and no more candidates are loaded than are trained on.
 *
 * @throws SIZES_INVALID unless they are whole numbers with 1 ≤ b ≤ B ≤ N
 */
export function plannedSizes(
  { scheduler, scorer, dataset }: SizedParts,
  progress: Progress,
): Sizes {
  const { candidates: asked, count } = scheduler.decide(progress);
  const candidates = scorer === undefined ? count : asked;
  const whole = Number.isInteger(candidates) && Number.isInteger(count);
  if (whole && count >= 1 && count <= candidates && candidates <= dataset.size)
    return { candidates, count };
  throw new UnequalError(
    "SIZES_INVALID",
    `A sizer must give whole numbers, 1 ≤ rows ≤ candidates ≤ examples, but at update ${progress.update} gave ${count} rows of ${candidates} candidates for ${dataset.size} examples. Correct its options, or the sizer or scheduler.`,
  );
}

/** How far ahead candidates are planned: before them come `skip` others of the order, and they are for `later` updates from now. */
export interface Ahead {
  readonly skip: number;
  readonly later: number;
}

/** Has the first stage propose candidates, and weighs them. */
function propose(
  { sampler, dataset, weighting }: PlanningParts,
  { sizes, progress }: StepPlan,
  later: number,
) {
  const proposal = sampler.propose?.(sizes.candidates, progress);
  if (proposal === undefined) return undefined;
  checkSelection(proposal, dataset.size);
  const coefficients = weighting.coefficients(proposal, undefined, progress);
  return {
    ids: Uint32Array.from(proposal.rows),
    keys: new Uint32Array(proposal.rows.length).fill(progress.update + later),
    weights: Float32Array.from(coefficients, (c) => c * proposal.planned),
  };
}

/** Plans the candidates of a step: those that the dataset's order deals after `skip` others, or that a first stage proposes. */
export function planCandidates(
  parts: PlanningParts,
  step: StepPlan,
  { skip, later }: Ahead,
): PlannedCandidates {
  const { order, batchSize } = parts;
  const { importance, sizes } = step;
  if (!importance)
    return { ...order.peek(batchSize, skip), signals: [], importance, sizes, proposed: false };
  const signals = wantedSignals(parts);
  const proposal = propose(parts, step, later);
  if (proposal !== undefined) return { ...proposal, signals, importance, sizes, proposed: true };
  return { ...order.peek(sizes.candidates, skip), signals, importance, sizes, proposed: false };
}
