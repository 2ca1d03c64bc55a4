import type { Dataset } from "../../contracts/dataset.js";
import type { Progress } from "../../contracts/progress.js";
import type { Sampler } from "../../contracts/sampler.js";
import type { Scheduler, Sizes } from "../../contracts/scheduler.js";
import type { Scorer } from "../../contracts/scorer.js";
import type { Weighting } from "../../contracts/weighting.js";
import { UnequalError } from "../../errors.js";
import { checkSelection } from "../draws/draw-rows.js";
import { wantedSignals } from "../scoring/signal-sources.js";
import type { CandidateOrder } from "./candidate-order.js";
import type { PlannedCandidates, StepPlan } from "./step-plan.js";

/** What candidates are planned with. */
export interface PlanningParts {
  readonly scorer: Scorer | undefined;
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
    `A sizer must give whole numbers 1 ≤ b ≤ B ≤ N, but at update ${progress.update} gave b = ${count} and B = ${candidates} for N = ${dataset.size}. Correct its options, or the sizer or scheduler.`,
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
