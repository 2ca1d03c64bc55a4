import { z } from "zod";
import type { Priorities } from "./priorities.js";
import { createProportionalPriorities } from "./proportional-priorities.js";
import { createRankPriorities } from "./rank-priorities.js";

/** α of the paper, by variant. */
const ALPHA = { proportional: 0.6, rank: 0.7 } as const;

/** Options of whatever draws by priority. */
export const priorityOptions = {
  variant: z
    .enum(["proportional", "rank"])
    .default("proportional")
    .describe("p = (|δ| + ε)^α, or p = (1 / rank)^α"),
  alpha: z
    .number()
    .min(0)
    .max(10)
    .optional()
    .describe("α: 0 draws uniformly; default 0.6, and 0.7 by rank"),
  epsilon: z
    .number()
    .positive()
    .default(1e-6)
    .describe("ε: keeps an error of 0 within reach; of no effect by rank"),
};

/** {@link priorityOptions}, checked. */
export interface PriorityOptions {
  readonly variant: "proportional" | "rank";
  readonly alpha?: number | undefined;
  readonly epsilon: number;
}

/** Creates the priorities of a variant, of no slot yet, for slots 0 … capacity − 1. */
export function createPriorities(
  capacity: number,
  { variant, alpha = ALPHA[variant], epsilon }: PriorityOptions,
): Priorities {
  return variant === "rank"
    ? createRankPriorities(capacity, { alpha })
    : createProportionalPriorities(capacity, { alpha, epsilon });
}
