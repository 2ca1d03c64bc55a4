import type * as tf from "@tensorflow/tfjs";
import { graphOf, graphUses } from "./model-graph.js";
import type { OpenOutput } from "./open-outputs.js";

/** What this file relies on of tfjs layers and models beyond their public types. */
interface Internals extends tf.layers.Layer {
  readonly activation?: { readonly getClassName: () => string };
}

const SHAPERS = new Set(["InputLayer", "Flatten", "Reshape", "Permute", "RepeatVector"]);
const ACTIVATIONS = new Set(["Activation", "Softmax"]);

/** Finds the layer that a model's only output comes from, in nested models too. */
function outputLayer(model: tf.layers.Layer): tf.layers.Layer | undefined {
  const last = graphOf(model)?.outputLayers[0];
  return last !== undefined && graphOf(last) !== undefined ? outputLayer(last) : last;
}

function bends(layer: tf.layers.Layer): boolean {
  const softmax = layer.getClassName() === "Softmax";
  return softmax || ((layer as Internals).activation?.getClassName() ?? "linear") !== "linear";
}

/**
 * Tells whether a model's opened output z is linear in its parameters: one Dense layer between layers that only
 * reshape, each used once, and no activation but the one that was opened. False where it cannot tell.
 */
export function isLinear(
  model: tf.LayersModel,
  layers: readonly tf.layers.Layer[],
  open: readonly OpenOutput[],
): boolean {
  if (open.length !== 1 || model.inputs.length !== 1) return false;
  if ([...graphUses(model).calls.values()].some((times) => times !== 1)) return false;
  const kinds = layers.map((layer) => layer.getClassName());
  const known = kinds.every(
    (kind) => kind === "Dense" || SHAPERS.has(kind) || ACTIVATIONS.has(kind),
  );
  if (!known || kinds.filter((kind) => kind === "Dense").length !== 1) return false;
  const opened = open[0]?.activation === "linear" ? undefined : outputLayer(model);
  return layers.every((layer) => layer === opened || !bends(layer));
}
