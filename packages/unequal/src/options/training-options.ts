import {
  costsOption,
  isPlugin,
  opaque,
  option,
  trainerOptions,
  usually,
  validateOptions,
  type Plugin,
} from "@unequal/core";
import { z } from "zod";

const {
  learner: _learner,
  dataset: _dataset,
  registry: _registry,
  /** Replaces bindings, [TOKENS.clock, myClock], or wraps what is bound, wrap(TOKENS.scorer, (inner) => …), in this order. */
  provide,
  batchSize,
  shuffle,
  ...trainer
} = trainerOptions.shape;

/** Sizes and order of batches: options of each fit, and of a run of the command. */
export const batchOptions = { batchSize, shuffle };

/** The trainer's options as `ImportanceTraining` and the command have them, and what they add: all may be left out. */
export const trainingShape = {
  ...trainer,
  /** Which candidates to train on; default: proportional. */
  sampler: usually(trainer.sampler, { default: "proportional" }),
  /** What a candidate is worth, for samplers that draw by score; default: the sampler's own, else upper-bound. */
  scorer: usually(trainer.scorer, {
    usual: "the sampler's own, else upper-bound",
  }),
  /** How much a drawn row counts; default: the sampler's own, else unbiased. */
  weighting: usually(trainer.weighting, { usual: "the sampler's own, else unbiased" }),
  /** Which direction to step in; default: the sampler's own, else plain. */
  estimator: usually(trainer.estimator, { usual: "the sampler's own, else plain" }),
  /** When importance sampling is on, unless a scheduler decides; default: tau; always for samplers that propose, never for uniform. */
  gate: usually(trainer.gate, {
    usual: "tau; always for samplers that propose, never for uniform",
  }),
  /** How far importance steps go: what their learning rate is multiplied with; default: effective-batch where the gate goes by the gain, and weights, estimator and optimizer allow; else fixed. */
  rate: usually(trainer.rate, {
    usual:
      "effective-batch where the gate goes by the gain, and weights, estimator and optimizer allow; else fixed",
  }),
  /** Costs that gate and sizer go by; default: measured. */
  costs: option(costsOption, {
    description: "costs that gate and sizer go by",
    usual: "measured",
  }),
  /** Where candidates are scored: inline, before the step; in the background; auto, the faster; default: auto; inline where costs are given or not weighed, so that a run repeats itself. */
  scoring: usually(trainer.scoring, {
    usual: "auto; inline where costs are given or not weighed, so that a run repeats itself",
  }),
  /** How softmax and sigmoid heads are trained: on their logits, or as compiled; none: outputs are embeddings; default: logits; none with an estimator of pairs or triplets. */
  loss: option(z.enum(["logits", "as-compiled", "none"]), {
    description:
      "how softmax and sigmoid heads are trained: on their logits, or as compiled; none: outputs are embeddings",
    usual: "logits; none with an estimator of pairs or triplets",
  }),
  /** Apply the model's masks in the loss, which TensorFlow.js does not; default: false. */
  mask: option(z.boolean(), {
    description: "apply the model's masks in the loss, which TensorFlow.js does not",
    default: false,
  }),
};

/** The options of `ImportanceTraining`. */
export const trainingOptions = z.strictObject({
  ...trainingShape,
  /** Plugins whose parts may be named. */
  plugins: option(
    z
      .array(
        opaque<Plugin>(isPlugin, {
          must: "must be a plugin made by definePlugin",
          title: "plugin",
        }),
      )
      .readonly(),
    { description: "plugins whose parts may be named" },
  ),
  /** Replaces bindings, [TOKENS.clock, myClock], or wraps what is bound, wrap(TOKENS.scorer, (inner) => …), in this order. */
  provide,
});

type TrainerKey = keyof typeof trainer | keyof typeof batchOptions;

/** Picks the options that `createTrainer` takes of a run's. */
export function trainerPart<O extends object>(options: O): Pick<O, keyof O & TrainerKey> {
  const entries = Object.entries(options).filter(
    ([key, value]) => (key in trainer || key in batchOptions) && value !== undefined,
  );
  return Object.fromEntries(entries) as O;
}

/** What `ImportanceTraining` is made of: the options that the command shares. */
export type SharedOptions = Readonly<z.input<z.ZodObject<typeof trainingShape>>>;

/** Options of `ImportanceTraining`; every one has a default. */
export type ImportanceTrainingOptions = Readonly<z.input<typeof trainingOptions>>;

/** Checks the options of `ImportanceTraining`. @throws OPTION_INVALID with the nearest known name */
export function checkTrainingOptions(
  options: ImportanceTrainingOptions,
): ImportanceTrainingOptions {
  return validateOptions(
    "ImportanceTraining",
    trainingOptions,
    options,
  ) as ImportanceTrainingOptions;
}
