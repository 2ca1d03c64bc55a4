import type * as tf from "@tensorflow/tfjs";
import { UnequalError, validateOptions, type Learner } from "@unequal/core";
import { adaptLayersModel } from "./adapt-layers-model.js";
import { adaptFunctionModel, isFunctionModel } from "./function-model.js";
import { learnerOptionsSchema, type LearnerOptions } from "./learner-options.js";
import type { ModelAdapter } from "./model-adapter.js";
import { modelLearner } from "./model-learner.js";

function isLayersModel(value: unknown): value is tf.LayersModel {
  const model = value as { layers?: unknown; compile?: unknown } | undefined | null;
  return Array.isArray(model?.layers) && typeof model.compile === "function";
}

function adapt(model: unknown, options: LearnerOptions): ModelAdapter {
  if (isFunctionModel(model)) return adaptFunctionModel(model, options);
  if (isLayersModel(model)) return adaptLayersModel(model, options);
  throw new UnequalError(
    "MODEL_UNSUPPORTED",
    "The model must be a tf.LayersModel (tf.sequential, tf.model or a loaded one) or made by functionModel(). A tf.GraphModel cannot be trained.",
  );
}

/**
 * Makes the learner of a model on the active engine.
 * @throws MODEL_UNSUPPORTED, MODEL_NOT_COMPILED, OPTION_INVALID
 */
export function createLearner(
  model: unknown,
  options: Readonly<Record<string, unknown>> = {},
): Learner {
  const checked = validateOptions("learner", learnerOptionsSchema, options) as LearnerOptions;
  return modelLearner(adapt(model, checked), checked);
}
