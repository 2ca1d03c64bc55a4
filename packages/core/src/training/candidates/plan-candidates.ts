import type { Dataset } from "../../contracts/dataset.js";
import type { Sampler } from "../../contracts/sampler.js";
import type { Scorer } from "../../contracts/scorer.js";
import type { Weighting } from "../../contracts/weighting.js";
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
