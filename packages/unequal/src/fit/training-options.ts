import {
  isPlugin,
  scoringOption,
  specSchema,
  validateOptions,
  type Plugin,
  type Provision,
  type ScoringOption,
  type Spec,
} from "@unequal/core";
import { z } from "zod";
import type { ChosenParts } from "../defaults/suit-sampler.js";

/** Options of `ImportanceTraining`; every one has a default. */
export interface ImportanceTrainingOptions extends ChosenParts {
  /** Sources of signals other than the model's own, such as `byId({ signal, values })`. */
  readonly signals?: readonly Spec<"signal">[];
  /** B: candidates scored for an importance step; default 3 b, with `scoring: "inline"` 5 b, at most N; `"auto"`: sizer `auto`, which starts there. */
  readonly presample?: number | "auto";
  /** How large importance steps are; default `fixed`: B candidates, b rows. */
  readonly sizer?: Spec<"sizer">;
  /**
   * Keep the training examples on the engine: always, never, or (`auto`, the default) where that is worth it and they
   * fit.
   */
  readonly resident?: "auto" | boolean;
  /**
   * Where candidates are scored: `inline`, before each step; `background`, by a copy of the model in a thread of its own while
   * training goes on; `auto`, the faster of the two, the default where the gate measures costs (else `inline`).
   * `{ name: "background", age: 1 }` sets how old scores are.
   */
  readonly scoring?: ScoringOption;
  /** k: batches drawn from one scored pool, for as many updates; default 1. */
  readonly reuse?: number;
  /**
   * Seed of the order, the draws and the dropout masks; default 0, so that a program repeats itself.
   * Every further fit goes on with other random numbers.
   */
  readonly seed?: number | string;
  /**
   * Train softmax and sigmoid heads on their logits (default), or exactly as compiled; `none`, the default with an
   * estimator of pairs or triplets: the outputs are embeddings, and targets are left alone.
   */
  readonly loss?: "logits" | "as-compiled" | "none";
  /** Apply the model's masks in the loss; default false, as TensorFlow.js. */
  readonly mask?: boolean;
  /** What to do about a score that is not finite: an error (default), or leave the example out. */
  readonly nonFinite?: "error" | "skip";
  /** Plugins whose parts may be named. */
  readonly plugins?: readonly Plugin[];
  /** Replaces bindings of the trainer, `[TOKENS.clock, myClock]`, or wraps them, `wrap(TOKENS.scorer, (inner) => …)`. */
  readonly provide?: readonly Provision[];
}

const schema = z.strictObject({
  sampler: specSchema("sampler").optional(),
  scorer: specSchema("scorer").optional(),
  weighting: specSchema("weighting").optional(),
  estimator: specSchema("estimator").optional(),
  signals: z.array(specSchema("signal")).optional(),
  gate: specSchema("gate").optional(),
  scheduler: specSchema("scheduler").optional(),
  presample: z.union([z.int().positive(), z.literal("auto")]).optional(),
  sizer: specSchema("sizer").optional(),
  resident: z.union([z.boolean(), z.literal("auto")]).optional(),
  scoring: scoringOption.optional(),
  reuse: z.int().positive().optional(),
  seed: z.union([z.int().nonnegative(), z.string().min(1)]).optional(),
  loss: z.enum(["logits", "as-compiled", "none"]).optional(),
  mask: z.boolean().optional(),
  nonFinite: z.enum(["error", "skip"]).optional(),
  plugins: z
    .array(z.unknown().refine(isPlugin, "must be a plugin made by definePlugin"))
    .optional(),
  provide: z.array(z.unknown()).optional(),
});

/** Checks the options of `ImportanceTraining`. @throws OPTION_INVALID with the nearest known name */
export function checkTrainingOptions(
  options: ImportanceTrainingOptions,
): ImportanceTrainingOptions {
  return validateOptions("ImportanceTraining", schema, options) as ImportanceTrainingOptions;
}
