import { z } from "zod";
import type { Dataset } from "../contracts/dataset.js";
import type { Learner } from "../contracts/learner.js";
import { opaque, option, type Filled } from "../plugin/option.js";
import type { Registry } from "../plugin/registry.js";
import { specSchema } from "../plugin/spec-schema.js";
import type { Provision } from "./provide.js";
import { scoringOption } from "./scoring/scoring-option.js";

/** Tells what has a method. */
function has(name: string): (value: unknown) => boolean {
  return (value) => typeof (value as Record<string, unknown> | null)?.[name] === "function";
}

/** What is needed, but may be provided instead: its absence is not for the schema to refuse. */
function orProvided<T>(schema: z.ZodType<T, T>, description: string): z.ZodType<T, T> {
  return option(schema, { description }) as never;
}

/**
 * The options of training: each with its form, its meaning and its default, here alone. `createTrainer`,
 * `ImportanceTraining`, configurations, flags and the tables of the docs are made of them.
 */
export const trainerOptions = z.strictObject({
  /** The model, and how it is computed. */
  learner: orProvided(
    opaque<Learner>(has("step"), {
      must: "must be a learner: `backend.learner(model)` makes one of a compiled model",
      title: "learner",
    }),
    "the model, and how it is computed",
  ),
  /** The examples. */
  dataset: orProvided(
    opaque<Dataset>(has("take"), {
      must: "must be a dataset: `arrays(x, y)` of @unequal/datasets makes one of arrays",
      title: "dataset",
    }),
    "the examples",
  ),
  /** Which candidates to train on. */
  sampler: specSchema("sampler").describe("which candidates to train on"),
  /** What a candidate is worth, for samplers that draw by score. */
  scorer: option(specSchema("scorer"), {
    description: "what a candidate is worth, for samplers that draw by score",
  }),
  /** Sources of signals that the model does not offer, such as by-id. */
  signals: option(z.array(specSchema("signal")).readonly(), {
    description: "sources of signals that the model does not offer, such as by-id",
  }),
  /** How much a drawn row counts. */
  weighting: specSchema("weighting").describe("how much a drawn row counts"),
  /** Which direction to step in. */
  estimator: specSchema("estimator").describe("which direction to step in"),
  /** When importance sampling is on, unless a scheduler decides. */
  gate: option(specSchema("gate"), {
    description: "when importance sampling is on, unless a scheduler decides",
  }),
  /** How large importance steps are; default: fixed. */
  sizer: option(specSchema("sizer"), {
    description: "how large importance steps are",
    usual: "fixed",
  }),
  /** How far importance steps go: what their learning rate is multiplied with; default: fixed. */
  rate: option(specSchema("rate"), {
    description: "how far importance steps go: what their learning rate is multiplied with",
    usual: "fixed",
  }),
  /** A whole scheduler in place of gate, sizer and rate. */
  scheduler: option(specSchema("scheduler"), {
    description: "a whole scheduler in place of gate, sizer and rate",
  }),
  /** Rows trained on in a uniform step. */
  batchSize: z.int().positive().describe("rows trained on in a uniform step"),
  /** Candidates scored for an importance step, unless the sizer says how many; default: three times batchSize, at most the dataset. */
  presample: option(z.int().positive(), {
    description: "candidates scored for an importance step, unless the sizer says how many",
    usual: "three times batchSize, at most the dataset",
  }),
  /** Where candidates are scored: inline, before the step; in the background; auto, the faster; default: inline. */
  scoring: option(scoringOption, {
    description:
      "where candidates are scored: inline, before the step; in the background; auto, the faster",
    default: "inline",
  }),
  /** Whether examples stay on the engine; auto: where that pays and they fit; default: auto. */
  resident: option(z.union([z.boolean(), z.literal("auto")]), {
    description: "whether examples stay on the engine; auto: where that pays and they fit",
    default: "auto",
  }),
  /** Deal candidates in a new order every pass, else in the dataset's own; default: true. */
  shuffle: option(z.boolean(), {
    description: "deal candidates in a new order every pass, else in the dataset's own",
    default: true,
  }),
  /** What to do about a loss or score that is not finite: an error that names the example, or leave it out; default: error. */
  nonFinite: option(z.enum(["error", "skip"]), {
    description:
      "what to do about a loss or score that is not finite: an error that names the example, or leave it out",
    default: "error",
  }),
  /** Every how many uniform steps the gain is estimated by a signal that costs a pass; default: 10. */
  probeEvery: option(z.int().positive(), {
    description: "every how many uniform steps the gain is estimated by a signal that costs a pass",
    default: 10,
  }),
  /** Seed of everything random; default: 0. */
  seed: option(z.union([z.int().nonnegative(), z.string().min(1)]), {
    description: "seed of everything random",
    default: 0,
  }),
  /** Where parts are found that are named. */
  registry: option(
    opaque<Registry>(has("part"), { must: "must be a Registry", title: "registry" }),
    {
      description: "where parts are found that are named",
    },
  ),
  /** Replaces bindings, [TOKENS.clock, myClock], or wraps what is bound, wrap(TOKENS.scorer, (inner) => …), in this order. */
  provide: option(
    opaque<readonly Provision[]>(Array.isArray, {
      must: "must be a list of [token, value] and wrap(token, …)",
      title: "bindings",
    }),
    {
      description:
        "replaces bindings, [TOKENS.clock, myClock], or wraps what is bound, wrap(TOKENS.scorer, (inner) => …), in this order",
    },
  ),
});

/** Composes a trainer. Parts are values made in code, or names that the registry knows. */
export type TrainerOptions = Readonly<z.input<typeof trainerOptions>>;

/** The same, defaults filled in. */
export type FilledOptions = Filled<typeof trainerOptions>;
