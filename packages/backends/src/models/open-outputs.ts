import * as tf from "@tensorflow/tfjs";
import { isStock } from "../signals/watching/stock-layer.js";
import { graphOf, graphUses, wrappedBy, type Graph, type GraphUses } from "./model-graph.js";

/** What this file relies on of tfjs layers beyond their public types. */
interface LayerInternals {
  readonly axis?: number | readonly number[];
  activation?: { getClassName: () => string; apply: (z: tf.Tensor) => tf.Tensor };
  softmax?: (z: tf.Tensor, axis?: number) => tf.Tensor;
}

/** One output of a model, with a switch between its activated and its pre-activation form. */
export interface OpenOutput {
  readonly activation: string;
  readonly apply: (z: tf.Tensor) => tf.Tensor;
  /** Replaces the activation by the identity; returns what puts it back. */
  readonly open: () => () => void;
}

const name = "sample";

/** Layers that end with an activation of theirs, by class name: a layer of a class derived from one may go on after it. */
const FUSED: Readonly<Record<string, () => tf.layers.Layer>> = {
  Activation: () => tf.layers.activation({ activation: "linear", name }),
  Conv1D: () => tf.layers.conv1d({ filters: 1, kernelSize: 1, name }),
  Conv2D: () => tf.layers.conv2d({ filters: 1, kernelSize: 1, name }),
  Conv2DTranspose: () => tf.layers.conv2dTranspose({ filters: 1, kernelSize: 1, name }),
  Conv3D: () => tf.layers.conv3d({ filters: 1, kernelSize: 1, name }),
  Dense: () => tf.layers.dense({ units: 1, name }),
  DepthwiseConv2D: () => tf.layers.depthwiseConv2d({ kernelSize: 1, name }),
  SeparableConv2D: () => tf.layers.separableConv2d({ filters: 1, kernelSize: 1, name }),
};

const softmaxLayer = (): tf.layers.Layer => tf.layers.softmax({ name });

const timeDistributed = (): tf.layers.Layer =>
  tf.layers.timeDistributed({ layer: tf.layers.dense({ units: 1, name }), name });

const closed: OpenOutput = { activation: "linear", apply: (z) => z, open: () => () => undefined };

function linear(): NonNullable<LayerInternals["activation"]> {
  const layer = tf.layers.activation({ activation: "linear" }) as unknown as LayerInternals;
  return layer.activation ?? { getClassName: () => "linear", apply: (z) => z };
}

function openActivation(layer: LayerInternals): OpenOutput {
  const { activation } = layer;
  if (activation === undefined) return closed;
  const identity = linear();
  return {
    activation: activation.getClassName(),
    apply: (z) => activation.apply(z),
    open: () => {
      layer.activation = identity;
      return () => {
        layer.activation = activation;
      };
    },
  };
}

function openSoftmax(layer: LayerInternals): OpenOutput {
  const { softmax } = layer;
  if (softmax === undefined) return closed;
  return {
    activation: "softmax",
    apply: (z) => tf.softmax(z),
    open: () => {
      layer.softmax = (z) => tf.clone(z);
      return () => {
        layer.softmax = softmax;
      };
    },
  };
}

/** What is followed from a model's output to the layer that it ends with. */
interface Ending {
  readonly uses: GraphUses;
  /** Of the output. */
  readonly rank: number;
}

function openLayer(layer: tf.layers.Layer, rank: number): OpenOutput {
  const inner = layer as unknown as LayerInternals;
  const kind = layer.getClassName();
  if (isStock(layer, FUSED[kind])) return openActivation(inner);
  const lastAxis = inner.axis === -1 || inner.axis === rank - 1;
  return kind === "Softmax" && lastAxis && isStock(layer, softmaxLayer)
    ? openSoftmax(inner)
    : closed;
}

/** Opens what a layer ends with, unless the layer is called again: its other calls would change with it. */
function openEnd(layer: tf.layers.Layer, at: number, ending: Ending): OpenOutput {
  if (ending.uses.calls.get(layer) !== 1) return closed;
  const graph = graphOf(layer);
  if (graph !== undefined) return openOutput(graph, at, ending);
  const wrapped = wrappedBy(layer);
  if (wrapped !== undefined)
    return isStock(layer, timeDistributed) ? openEnd(wrapped, 0, ending) : closed;
  return openLayer(layer, ending.rank);
}

/** Opens an output of a graph, unless some layer takes it as its input: it would be given z. */
function openOutput(graph: Graph, at: number, ending: Ending): OpenOutput {
  const [layer, tensor] = [graph.outputLayers[at], graph.outputs[at]];
  if (layer === undefined || tensor === undefined || ending.uses.read.has(tensor)) return closed;
  return openEnd(layer, graph.outputLayersTensorIndices[at] ?? 0, ending);
}

/**
 * Finds, for every output of a model, the activation that its last layer ends with, also where it is
 * fused into a Dense or convolution layer, stands in a nested model or inside TimeDistributed.
 * An output that cannot be opened counts as linear: z is then what the model returns.
 */
export function openOutputs(model: tf.LayersModel): readonly OpenOutput[] {
  const [graph, uses] = [graphOf(model), graphUses(model)];
  if (graph === undefined) return model.outputs.map(() => closed);
  return graph.outputs.map(({ rank }, at) => openOutput(graph, at, { uses, rank }));
}

/** Runs a synchronous pass with all outputs opened, and closes them again whatever happens. */
export function withOpenOutputs<T>(outputs: readonly OpenOutput[], run: () => T): T {
  const closers = outputs.map((output) => output.open());
  try {
    return run();
  } finally {
    for (const close of closers) close();
  }
}
