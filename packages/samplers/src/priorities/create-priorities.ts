import { z } from "zod";
import type { Priorities } from "./priorities.js";
import { proportionalPriorities } from "./proportional-priorities.js";
import { rankPriorities } from "./rank-priorities.js";

/** The paper's α where none is given. */
const ALPHA = { proportional: 0.6, rank: 0.7 } as const;

/** Options of prioritized replay, of a dataset and of a buffer. */
export const priorityOptions = {
  variant: z
    .enum(["proportional", "rank"])
    .default("proportional")
    .describe("p = (|δ| + ε)^α, or (1/rank)^α"),
  alpha: z
    .number()
    .nonnegative()
    .optional()
    .describe("α: 0 draws uniformly; default 0.6, of ranks 0.7"),
  epsilon: z.number().positive().default(1e-6).describe("ε of the proportional variant"),
  sortEvery: z
    .int()
    .positive()
    .optional()
    .describe("changes between full sorts of the rank variant; default: the number of slots"),
};

/** Options of priorities, defaults filled in. */
export type PriorityOptions = z.output<z.ZodObject<typeof priorityOptions>>;

/** Creates the priorities of a variant. */
export function createPriorities(
  capacity: number,
  { variant, epsilon, alpha = ALPHA[variant], sortEvery = Math.max(1, capacity) }: PriorityOptions,
): Priorities {
  return variant === "rank"
    ? rankPriorities(capacity, { alpha, sortEvery })
    : proportionalPriorities(capacity, { alpha, epsilon });
}
