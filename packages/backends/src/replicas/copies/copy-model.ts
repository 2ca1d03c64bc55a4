import type * as tf from "@tensorflow/tfjs";
import { UnequalError } from "@unequal/core";
import type { LearnerOptions } from "../../models/learner-options.js";
import { lossNames } from "../../models/loss-names.js";
import { trainedWeights } from "../../models/trained-weights.js";
import { borrowValues } from "./borrow-values.js";

/** One weight of a model, by the name that it has wherever the model is built. */
export interface WeightCopy {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: "float32" | "int32" | "bool";
  readonly size: number;
  /** Its place among the weights that the model was compiled to train, or −1: what is frozen since, or in a nested model, is not saved with it. */
  readonly trainedAt: number;
}

/** All that it takes to build a model anew, but the values of its weights. */
export interface ModelCopy {
  /** JSON of TensorFlow.js's own. */
  readonly topology: string;
  /** Name of each output's loss. */
  readonly losses: readonly string[];
  /** In the order in which their values are published. */
  readonly weights: readonly WeightCopy[];
  readonly options: LearnerOptions;
}

function refused(message: string, cause?: unknown): UnequalError {
  return new UnequalError(
    "SCORING_UNAVAILABLE",
    message,
    ...(cause === undefined ? [] : [{ cause }]),
  );
}

function topologyOf(model: tf.LayersModel): string {
  try {
    return model.toJSON(undefined, true) as string;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw refused(
      `A replica needs a model that can be written as JSON, but this one cannot: ${reason} Give layers of your own a getConfig and a static className, or score inline.`,
      error,
    );
  }
}

function lossesOf(model: tf.LayersModel, { loss }: LearnerOptions): readonly string[] {
  // without a loss of its own the model needs one to be compiled with, and never computes it
  if (loss === "none") return model.outputs.map(() => "meanSquaredError");
  return lossNames(model).map((name, at) => {
    if (name !== undefined) return name;
    throw refused(
      `A replica needs losses that are known by their names, but output "${model.outputNames[at] ?? at}" has a function of your own. Compile the model with a built-in loss by name, or score inline.`,
    );
  });
}

function weightsOf(model: tf.LayersModel): readonly WeightCopy[] {
  const names = new Set<string>();
  const trained = trainedWeights(model).weights;
  return model.weights.map((weight) => {
    const { originalName: name } = weight;
    if (names.has(name))
      throw refused(
        `A replica needs weights with names of their own, but two of the model's are called "${name}". Give the layers different names, or score inline.`,
      );
    names.add(name);
    const { shape, size, dtype } = weight.read();
    return {
      name,
      shape,
      size,
      dtype: dtype as WeightCopy["dtype"],
      trainedAt: trained.indexOf(weight),
    };
  });
}

/**
 * Describes a compiled model so that another thread can build it.
 * @throws SCORING_UNAVAILABLE saying what cannot be had twice
 */
export function copyModel(model: tf.LayersModel, options: LearnerOptions): ModelCopy {
  return {
    topology: topologyOf(model),
    losses: lossesOf(model, options),
    weights: weightsOf(model),
    options,
  };
}

/** Counts the numbers of all weights. */
export function countNumbers(weights: readonly WeightCopy[]): number {
  return weights.reduce((sum, { size }) => sum + size, 0);
}

/**
 * Makes what copies the present values of all weights of a model, moving statistics included, one after the other: in
 * the order of now, which a layer that is frozen or thawed later would change.
 */
export function weightReader(model: tf.LayersModel): (values: Float32Array) => void {
  const weights = [...model.weights];
  return (values) => {
    let offset = 0;
    for (const weight of weights) {
      const tensor = weight.read();
      values.set(borrowValues(tensor), offset);
      offset += tensor.size;
    }
  };
}
