import { z } from "zod";
import type { Costs, SchedulerFacts } from "../contracts/scheduler.js";

/** The sizes that costs are stated for. */
export type PlannedSizes = Pick<SchedulerFacts, "batchSize" | "presample">;

const positive = z.number().positive();

/** The option of gates and sizers that states costs instead of measuring them. */
export const costsOption = z
  .union([
    z.strictObject({ backward: positive.describe("cost of a backward pass, in forward passes") }),
    z.strictObject({ score: positive.describe("score(B)"), step: positive.describe("step(b)") }),
  ])
  .optional()
  .describe("given costs; absent: measured");

/** Turns given costs into those of a planned run: a forward pass over B rows to score, 1 + backward over b to train. */
export function givenCosts(
  given: NonNullable<z.infer<typeof costsOption>>,
  { batchSize, presample }: PlannedSizes,
): Costs {
  if ("score" in given) return given;
  return { score: presample, step: batchSize * (1 + given.backward) };
}

/** Computes r, what a row costs to train on over what a candidate costs to score: (step/b) / (score/B). */
export function stepOverScore(
  { score, step }: Costs,
  { batchSize, presample }: PlannedSizes,
): number {
  return step / batchSize / (score / presample);
}
