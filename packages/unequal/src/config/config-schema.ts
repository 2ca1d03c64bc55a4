import {
  costsOption,
  isPlugin,
  isUnequalError,
  scoringOption,
  specSchema,
  UnequalError,
  validateOptions,
} from "@unequal/core";
import { z } from "zod";
import { learningRateSchedule } from "../defaults/learning-rate-schedule.js";
import { parseDuration } from "./parse-duration.js";
import type { UnequalConfig } from "../define-config.js";

const positive = z.number().positive();

/** Validates a configuration file, key by key; flags are held to the same schema. */
export const configSchema = z.strictObject({
  extends: z.string().optional(),
  backend: specSchema("backend").optional(),
  model: specSchema("model").optional(),
  dataset: specSchema("dataset").optional(),
  sampler: specSchema("sampler").optional(),
  scorer: specSchema("scorer").optional(),
  signals: z.array(specSchema("signal")).optional(),
  weighting: specSchema("weighting").optional(),
  estimator: specSchema("estimator").optional(),
  gate: specSchema("gate").optional(),
  scheduler: specSchema("scheduler").optional(),
  costs: costsOption,
  batchSize: z.int().positive().optional(),
  presample: z.union([z.int().positive(), z.literal("auto")]).optional(),
  sizer: specSchema("sizer").optional(),
  resident: z.union([z.boolean(), z.literal("auto")]).optional(),
  scoring: scoringOption.optional(),
  epochs: positive.optional(),
  maxSteps: z.int().positive().optional(),
  maxTime: z
    .union([z.number(), z.string()])
    .refine((time) => parseDuration(time) !== undefined, 'must be a time such as "90s", "2m" or 90')
    .optional(),
  optimizer: specSchema("optimizer").optional(),
  learningRate: positive.optional(),
  weightDecay: z.number().nonnegative().optional(),
  lrSchedule: z
    .string()
    .refine(
      (text) => learningRateSchedule(text) !== undefined,
      'must be "constant", "cosine" or like "step:0.4,0.8:0.2"',
    )
    .optional(),
  loss: z.enum(["logits", "as-compiled", "none"]).optional(),
  mask: z.boolean().optional(),
  seed: z.union([z.int().nonnegative(), z.string().min(1)]).optional(),
  out: z.string().min(1).optional(),
  plugins: z
    .array(
      z
        .unknown()
        .refine(
          (plugin) => typeof plugin === "string" || isPlugin(plugin),
          "must be the name of a package or a plugin made by definePlugin",
        ),
    )
    .optional(),
  reporters: z.array(specSchema("reporter")).optional(),
});

/** Checks what a configuration file exports. @throws CONFIG_INVALID naming the file and each faulty key */
export function checkConfig(file: string, given: unknown): UnequalConfig {
  try {
    return validateOptions(file, configSchema, given) as UnequalConfig;
  } catch (error) {
    if (!isUnequalError(error)) throw error;
    throw new UnequalError("CONFIG_INVALID", error.message, { cause: error });
  }
}
