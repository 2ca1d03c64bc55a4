import {
  isPlugin,
  isUnequalError,
  opaque,
  option,
  parseInterval,
  scheduled,
  specSchema,
  UnequalError,
  usually,
  validateOptions,
  type Filled,
  type Plugin,
} from "@unequal/core";
import { z } from "zod";
import { parseDuration } from "./parse-duration.js";
import { batchOptions, trainingShape } from "./training-options.js";

const positive = z.number().positive();

/** The options of the command: keys of a configuration, and flags. */
export const commandOptions = z.strictObject({
  /** Another configuration, relative to this one, for keys that this one lacks. */
  extends: option(z.string(), {
    description: "another configuration, relative to this one, for keys that this one lacks",
  }),
  /** Engine; default: wasm. */
  backend: option(specSchema("backend"), { description: "engine", default: "wasm" }),
  /** Architecture; default: mlp. */
  model: option(specSchema("model"), { description: "architecture", default: "mlp" }),
  /** Data set; default: mnist. */
  dataset: option(specSchema("dataset"), { description: "data set", default: "mnist" }),
  ...trainingShape,
  /** Rows trained on in a uniform step; default: 128. */
  batchSize: usually(batchOptions.batchSize, { default: 128 }),
  /** Deal candidates in a new order every pass, else in the dataset's own; default: true. */
  shuffle: batchOptions.shuffle,
  /** Limit in epochs: as many updates as batches in the dataset. */
  epochs: option(positive, {
    description: "limit in epochs: as many updates as batches in the dataset",
  }),
  /** Limit in updates. */
  maxSteps: option(z.int().positive(), { description: "limit in updates" }),
  /** Limit in training time, evaluation left out; default: 60s, without a limit. */
  maxTime: option(
    z
      .union([z.number(), z.string()])
      .refine(
        (time) => parseDuration(time) !== undefined,
        'must be a time such as "90s", "2m" or 90',
      ),
    { description: "limit in training time, evaluation left out", usual: "60s, without a limit" },
  ),
  /** Optimizer; default: adam. */
  optimizer: option(specSchema("optimizer"), { description: "optimizer", default: "adam" }),
  /** Learning rate; default: the optimizer's own. */
  learningRate: option(positive, {
    description: "learning rate",
    usual: "the optimizer's own",
  }),
  /** Factor of the learning rate: a number, or how it changes along the run; default: {"cosine":[1,0]}: to 0 at the end. */
  lrSchedule: option(scheduled(z.number().nonnegative()), {
    description: "factor of the learning rate: a number, or how it changes along the run",
    default: { cosine: [1, 0] },
    usual: '{"cosine":[1,0]}: to 0 at the end',
  }),
  /** Decoupled weight decay of kernels; default: 0. */
  weightDecay: option(z.number().nonnegative(), {
    description: "decoupled weight decay of kernels",
    default: 0,
  }),
  /** Folder for events, configuration and model, relative to the working directory; default: nothing is written. */
  out: option(z.string().min(1), {
    description: "folder for events, configuration and model, relative to the working directory",
    usual: "nothing is written",
  }),
  /** How often the run is saved in its folder, so that --resume goes on from there: a time, updates such as 1000up, or epochs such as 1ep; default: 5m. */
  checkpointEvery: option(
    z
      .union([z.number(), z.string()])
      .refine(
        (every) => parseInterval(every) !== undefined,
        'must be a time such as "5m", updates such as "1000up" or epochs such as "1ep"',
      ),
    {
      description:
        "how often the run is saved in its folder, so that --resume goes on from there: a time, updates such as 1000up, or epochs such as 1ep",
      default: "5m",
    },
  ),
  /** Packages or files that export a plugin, or plugins made in code. */
  plugins: option(
    z
      .array(
        opaque<string | Plugin>((plugin) => typeof plugin === "string" || isPlugin(plugin), {
          must: "must be the name of a package or a plugin made by definePlugin",
          title: "plugin",
        }),
      )
      .readonly(),
    { description: "packages or files that export a plugin, or plugins made in code" },
  ),
  /** Reporters in addition to the command's own. */
  reporters: option(z.array(specSchema("reporter")).readonly(), {
    description: "reporters in addition to the command's own",
  }),
});

/**
 * Configures a run of the command. Every part is a name, an object with a name and options, or a part made in
 * code; flags of the command line win over it.
 */
export type UnequalConfig = Readonly<z.input<typeof commandOptions>>;

/** The same, defaults filled in. */
export type FilledConfig = Filled<typeof commandOptions>;

/** Returns a configuration as it is, checked by the editor: `export default defineConfig({ … })`. */
export function defineConfig(config: UnequalConfig): UnequalConfig {
  return config;
}

/** Checks what a configuration file exports. @throws CONFIG_INVALID naming the file and each faulty key */
export function checkConfig(file: string, given: unknown): UnequalConfig {
  try {
    validateOptions(file, commandOptions, given);
    return given as UnequalConfig;
  } catch (error) {
    if (!isUnequalError(error)) throw error;
    throw new UnequalError("CONFIG_INVALID", error.message, { cause: error });
  }
}
