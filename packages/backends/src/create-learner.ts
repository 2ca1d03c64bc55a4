import type * as tf from "@tensorflow/tfjs";
import { UnequalError, validateOptions, type Learner } from "@unequal/core";
import { adaptLayersModel } from "./models/adapt-layers-model.js";
import { adaptFunctionModel, isFunctionModel } from "./models/function-model.js";
import { learnerOptionsSchema, type LearnerOptions } from "./models/learner-options.js";
import { modelLearner } from "./models/model-learner.js";

function isLayersModel(value: unknown): value is tf.LayersModel {
  const model = value as { layers?: unknown; compile?: unknown } | undefined | null;
  return Array.isArray(model?.layers) && typeof model.compile === "function";
}

async function refuseReplica(): Promise<never> {
  throw new UnequalError(
    "SCORING_UNAVAILABLE",
    "A replica needs a tf.LayersModel, which can be built anew on another thread; a function cannot be sent there. Write the model of layers, or score inline.",
  );
}

function create(model: unknown, options: LearnerOptions): Learner {
  if (isFunctionModel(model))
    return {
      ...modelLearner(adaptFunctionModel(model, options), options),
      replicate: refuseReplica,
    };
  if (isLayersModel(model))
    return {
      ...modelLearner(adaptLayersModel(model, options), options),
      replicate: async (dataset, how) => {
        // threads are Node's alone: a page need not load this
        const { replicate } = await import("./replicas/replicate.js");
        return replicate({ model, options }, dataset, how);
      },
    };
  throw new UnequalError(
    "MODEL_UNSUPPORTED",
    "The model must be a tf.LayersModel (tf.sequential, tf.model or a loaded one) or made by functionModel(). A tf.GraphModel cannot be trained.",
  );
}

/**
 * Makes the learner of a model on the active engine. Replicas, and examples kept on the engine, take what its definition
 * says, which is known once its backend, or `activeEngine()`, has started it.
 * @throws MODEL_UNSUPPORTED, MODEL_NOT_COMPILED, OPTION_INVALID
 */
export function createLearner(
  model: unknown,
  options: Readonly<Record<string, unknown>> = {},
): Learner {
  const checked = validateOptions("learner", learnerOptionsSchema, options) as LearnerOptions;
  return create(model, checked);
}
