import type * as tf from "@tensorflow/tfjs";

/** Returns what runs: a tf.Sequential keeps its graph and its compiled losses in a model of its own. */
export function functional(model: tf.LayersModel): tf.LayersModel {
  return (model as { model?: tf.LayersModel }).model ?? model;
}
