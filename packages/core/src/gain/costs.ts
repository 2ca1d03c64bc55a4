import { z } from "zod";
import type { Costs, SchedulerFacts, Sizes } from "../contracts/scheduler.js";

/** The sizes that costs are stated for. */
export type PlannedSizes = Pick<SchedulerFacts, "batchSize" | "presample">;

/** Returns the sizes that a run is planned with: B candidates, b rows. */
export function planned({ batchSize, presample }: PlannedSizes): Sizes {
  return { candidates: presample, count: batchSize };
}

const positive = z.number().positive();

/** The option of gates and sizers that states costs instead of measuring them. */
export const costsOption = z
  .union([
    z.strictObject({ backward: positive.describe("cost of a backward pass, in forward passes") }),
    z.strictObject({
      score: positive.describe("score(B): what scoring adds to a step"),
      step: positive.describe("step(b)"),
      background: positive.optional().describe("what a replica takes for B: no step is shorter"),
    }),
  ])
  .optional()
  .describe("given costs; absent: measured");

/** States costs, so that a run can be repeated. */
export type GivenCosts = NonNullable<z.input<typeof costsOption>>;

/** Turns given costs into those of a planned run: a forward pass over B rows to score, 1 + backward over b to train. */
export function givenCosts(given: GivenCosts, { batchSize, presample }: PlannedSizes): Costs {
  if ("score" in given) {
    const { score, step, background } = given;
    return { score, step, ...(background !== undefined && { background }) };
  }
  return { score: presample, step: batchSize * (1 + given.backward) };
}

/**
 * Computes r, what a row costs to train on over what a candidate costs to score, wherever that is done:
 * (step/b) / (score/B).
 */
export function stepOverScore(
  { score, step, background = score }: Costs,
  { batchSize, presample }: PlannedSizes,
): number {
  return step / batchSize / (background / presample);
}

/**
 * Computes what an importance step costs over a uniform one, by how much fewer, better steps must reduce the variance
 * to be worth it: threshold = (score(B) + step(a)) / step(b), costs in proportion to sizes; where a replica scores no less
 * than background(B) / step(b). Of the planned sizes it is (score(B) + step(b)) / step(b), which is (B + 3b) / 3b when a
 * backward pass costs two forward passes.
 *
 * @see Katharopoulos & Fleuret 2018, §3.3, and the talk's slides: B t_f + b(t_f + t_b) ≤ τ b(t_f + t_b)
 */
export function threshold(
  { score, step, background = 0 }: Costs,
  plan: PlannedSizes,
  { candidates, count }: Sizes = planned(plan),
): number {
  const pools = candidates / plan.presample;
  const train = step * (count / plan.batchSize);
  return Math.max(score * pools + train, background * pools) / step;
}
