import * as tf from "@tensorflow/tfjs";
import { graphOf, nodesOf, type Graph, type GraphNode } from "./model-graph.js";

type Mask = tf.Tensor | null | undefined;

/** A tensor of a pass: computed once, and only where a layer looks at it. */
interface Passed {
  readonly value: () => tf.Tensor;
  readonly mask: Mask;
}

/** Where in a graph the tensors of a pass are known. */
type Known = Map<tf.SymbolicTensor, Passed>;

/** What this file relies on of tfjs layers beyond their public types. */
interface Masking {
  readonly supportsMasking: boolean;
  readonly computeMask: (inputs: readonly tf.Tensor[], masks: readonly Mask[]) => Mask | Mask[];
}

/** A list whose entries are computed when they are looked at, which most layers do not to find their masks. */
function lazyList(entries: readonly Passed[]): readonly tf.Tensor[] {
  const list: tf.Tensor[] = [];
  entries.forEach(({ value }, at) => Object.defineProperty(list, at, { get: value }));
  return list;
}

function once<T>(make: () => T): () => T {
  let made: { readonly of: T } | undefined;
  return () => (made ??= { of: make() }).of;
}

const mergedMask = once(
  () => (tf.layers.add({ name: "sample" }) as unknown as Masking).computeMask,
);

/** Where several sequences are merged place by place, a place counts if it does in each: tfjs adds an axis instead. */
function allOf(masks: readonly Mask[]): Mask {
  const given = masks.flatMap((mask) => mask ?? []);
  return given.length === 0 ? undefined : given.reduce((all, mask) => tf.logicalAnd(all, mask));
}

/** Computes the masks of one layer's outputs; those that a layer does not know of end there, as in tfjs's own passes. */
function layerMasks(layer: tf.layers.Layer, inputs: readonly Passed[]): readonly Mask[] {
  const masking = layer as unknown as Masking;
  if (!masking.supportsMasking) return [];
  const masks = inputs.map(({ mask }) => mask ?? null);
  if (masking.computeMask === mergedMask()) return [allOf(masks)];
  return [masking.computeMask(lazyList(inputs), masks)].flat();
}

function passThrough(node: GraphNode, inputs: readonly Passed[]): readonly Passed[] {
  const { outboundLayer: layer, outputTensors } = node;
  const values = once((): tf.Tensor[] => {
    const given = inputs.map(({ value }) => value());
    return [layer.apply(given, {}) as tf.Tensor | tf.Tensor[]].flat();
  });
  const graph = graphOf(layer);
  const masks = graph === undefined ? layerMasks(layer, inputs) : graphMasks(graph, inputs);
  return outputTensors.map((_, at) => ({
    value: () => values()[at] as tf.Tensor,
    mask: masks[at],
  }));
}

/** Computes the masks of a graph's outputs, a node after those that it takes its inputs from. */
function graphMasks(graph: Graph, inputs: readonly Passed[]): readonly Mask[] {
  const known: Known = new Map();
  graph.inputs.forEach((tensor, at) => known.set(tensor, inputs[at] as Passed));
  const makers = new Map<tf.SymbolicTensor, GraphNode>();
  for (const node of graph.layers.flatMap((layer) => nodesOf(layer, graph)))
    for (const tensor of node.outputTensors) makers.set(tensor, node);
  const find = (tensor: tf.SymbolicTensor): Passed => {
    if (!known.has(tensor)) {
      const node = makers.get(tensor) as GraphNode;
      const found = passThrough(node, node.inputTensors.map(find));
      node.outputTensors.forEach((output, at) => known.set(output, found[at] as Passed));
    }
    return known.get(tensor) as Passed;
  };
  return graph.outputs.map((tensor) => find(tensor).mask);
}

/**
 * Computes the masks that reach the outputs of a model, also through nested models, in inference mode; inside a tidy.
 *
 * tfjs's own walk (`runInternalGraph`) keeps the masks of one pass in the arguments of the next, after they are freed,
 * runs every layer once more, and cannot call a recurrent layer that is given its state.
 */
export function outputMasks(
  model: tf.LayersModel,
  inputs: readonly tf.Tensor[],
): readonly (tf.Tensor | undefined)[] {
  const graph = graphOf(model);
  if (graph === undefined) return model.outputs.map(() => undefined);
  const given = inputs.map((input): Passed => ({ value: () => input, mask: undefined }));
  return graphMasks(graph, given).map((mask) => mask ?? undefined);
}
