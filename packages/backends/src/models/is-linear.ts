import type * as tf from "@tensorflow/tfjs";
import type { OpenOutput } from "./open-outputs.js";

/** What this file relies on of tfjs layers and models beyond their public types. */
interface Internals {
  readonly name: string;
  readonly layers?: readonly tf.layers.Layer[];
  /** The graph that a `tf.Sequential` keeps of its layers. */
  readonly model?: Internals;
  readonly outputLayers?: readonly tf.layers.Layer[];
  /** Names of the nodes of a container, `layer_ib-index`: one for each use of a layer. */
  readonly containerNodes?: ReadonlySet<string>;
  readonly activation?: { readonly getClassName: () => string };
}

const SHAPERS = new Set(["InputLayer", "Flatten", "Reshape", "Permute", "RepeatVector"]);
const ACTIVATIONS = new Set(["Activation", "Softmax"]);

function internals(layer: tf.layers.Layer): Internals {
  return layer;
}

/** Tells whether every layer of a model, and of those nested in it, is used once. */
function usesEachOnce(model: Internals): boolean {
  const { layers = [], containerNodes = new Set() } = model.model ?? model;
  return layers.map(internals).every((layer) => {
    const uses = [...containerNodes].filter((node) => node.startsWith(`${layer.name}_ib-`));
    return uses.length === 1 && (layer.layers === undefined || usesEachOnce(layer));
  });
}

/** Finds the layer that a model's only output comes from, in nested models too. */
function outputLayer(model: Internals): tf.layers.Layer | undefined {
  const [last] = (model.model ?? model).outputLayers ?? [];
  if (last === undefined || internals(last).layers === undefined) return last;
  return outputLayer(internals(last));
}

function bends(layer: tf.layers.Layer): boolean {
  const softmax = layer.getClassName() === "Softmax";
  return softmax || (internals(layer).activation?.getClassName() ?? "linear") !== "linear";
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
  const graph = model as unknown as Internals;
  if (open.length !== 1 || model.inputs.length !== 1 || !usesEachOnce(graph)) return false;
  const kinds = layers.map((layer) => layer.getClassName());
  const known = kinds.every(
    (kind) => kind === "Dense" || SHAPERS.has(kind) || ACTIVATIONS.has(kind),
  );
  if (!known || kinds.filter((kind) => kind === "Dense").length !== 1) return false;
  const opened = open[0]?.activation === "linear" ? undefined : outputLayer(graph);
  return layers.every((layer) => layer === opened || !bends(layer));
}
