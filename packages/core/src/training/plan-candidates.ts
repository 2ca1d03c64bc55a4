import type { Signal } from "../contracts/signals.js";
import { checkSelection } from "./draw-rows.js";
import type { PlannedCandidates, PlanParts, StepPlan } from "./upcoming.js";

/** How far ahead candidates are planned: before them come `skip` others of the order, and they are for `later` updates from now. */
export interface Ahead {
  readonly skip: number;
  readonly later: number;
}

/** Lists the signals that candidates of an importance step are drawn by. */
export function wantedSignals({
  scorer,
  sampler,
}: Pick<PlanParts, "scorer" | "sampler">): readonly Signal[] {
  return [...new Set([...(scorer?.requires ?? []), ...(sampler.reads ?? [])])];
}

/** Has the first stage propose candidates, and weighs them. */
function propose(
  { sampler, dataset, weighting }: PlanParts,
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
  parts: PlanParts,
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
