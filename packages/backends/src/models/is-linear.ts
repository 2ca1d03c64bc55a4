import type * as tf from "@tensorflow/tfjs";
import type { OpenOutput } from "./open-outputs.js";

/** What this file relies on of tfjs layers beyond their public types. */
interface LayerInternals {
  readonly activation?: { readonly getClassName: () => string };
}

const SHAPERS = new Set(["InputLayer", "Flatten", "Reshape", "Permute", "RepeatVector"]);
const ACTIVATIONS = new Set(["Activation", "Softmax"]);

function isOutput(layer: tf.layers.Layer, model: tf.LayersModel): boolean {
  return (model as unknown as { outputLayers: readonly unknown[] }).outputLayers.includes(layer);
}

/**
 * Tells whether a model's opened output z is linear in its parameters: one Dense layer between layers that
 * only reshape, whose activation, if any, is the one that was opened.
 */
export function isLinear(
  model: tf.LayersModel,
  layers: readonly tf.layers.Layer[],
  open: readonly OpenOutput[],
): boolean {
  const [output, ...others] = open;
  if (output === undefined || others.length > 0 || model.inputs.length > 1) return false;
  const kind = (layer: tf.layers.Layer): string => layer.getClassName();
  const rest = layers.filter((layer) => !SHAPERS.has(kind(layer)));
  const [dense, ...other] = rest.filter((layer) => kind(layer) === "Dense");
  if (dense === undefined || other.length > 0) return false;
  const { activation } = dense as unknown as LayerInternals;
  const bare = (activation?.getClassName() ?? "linear") === "linear";
  const tails = rest.filter((layer) => layer !== dense);
  const tailsOpened = tails.every(
    (layer) => ACTIVATIONS.has(kind(layer)) && isOutput(layer, model),
  );
  return tailsOpened && (bare || (isOutput(dense, model) && output.activation !== "linear"));
}
