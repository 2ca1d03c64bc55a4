import type * as tf from "@tensorflow/tfjs";

/** One use of a layer in a graph, as tfjs keeps it. */
export interface GraphNode {
  readonly outboundLayer: tf.layers.Layer;
  readonly inputTensors: readonly tf.SymbolicTensor[];
  readonly outputTensors: readonly tf.SymbolicTensor[];
}

/** What a model knows of its graph, beyond tfjs's public types. */
export interface Graph {
  readonly layers: readonly tf.layers.Layer[];
  readonly inputs: readonly tf.SymbolicTensor[];
  readonly outputs: readonly tf.SymbolicTensor[];
  readonly outputLayers: readonly tf.layers.Layer[];
  /** Which of the outputs of its layer each output is. */
  readonly outputLayersTensorIndices: readonly number[];
  /** Names of the nodes, `layer_ib-index`: a layer may have more, in other graphs. */
  readonly containerNodes: ReadonlySet<string>;
}

/** What this file relies on of tfjs layers and models beyond their public types. */
interface Internals extends Partial<Graph> {
  readonly name: string;
  /** The graph that a tf.Sequential keeps of its layers. */
  readonly model?: Internals;
  /** What a wrapper calls. */
  readonly layer?: tf.layers.Layer;
  readonly inboundNodes: readonly GraphNode[];
}

function internals(layer: tf.layers.Layer): Internals {
  return layer;
}

/** Returns the graph of a model, also where it is a layer of another; nothing for any other layer. */
export function graphOf(layer: tf.layers.Layer): Graph | undefined {
  const model = internals(layer).model ?? internals(layer);
  return model.containerNodes === undefined ? undefined : (model as unknown as Graph);
}

/** Returns the layer that a wrapper such as TimeDistributed calls. */
export function wrappedBy(layer: tf.layers.Layer): tf.layers.Layer | undefined {
  return internals(layer).layer;
}

/** Lists the uses of a layer in one graph. */
export function nodesOf(layer: tf.layers.Layer, { containerNodes }: Graph): readonly GraphNode[] {
  const { name, inboundNodes } = internals(layer);
  return inboundNodes.filter((_, at) => containerNodes.has(`${name}_ib-${at}`));
}

/** How a pass through a model uses its layers: those of nested models, and wrapped ones, among them. */
export interface GraphUses {
  /** How often each layer is called; wrappers call theirs once. */
  readonly calls: ReadonlyMap<tf.layers.Layer, number>;
  /** What some layer takes as its input. */
  readonly read: ReadonlySet<tf.SymbolicTensor>;
}

/** Follows a pass through a model and the models inside. */
export function graphUses(model: tf.LayersModel): GraphUses {
  const calls = new Map<tf.layers.Layer, number>();
  const read = new Set<tf.SymbolicTensor>();
  const enter = (layer: tf.layers.Layer, times: number): void => {
    calls.set(layer, (calls.get(layer) ?? 0) + times);
    const [wrapped, graph] = [wrappedBy(layer), graphOf(layer)];
    if (wrapped !== undefined) enter(wrapped, times);
    if (graph !== undefined) follow(graph, times);
  };
  const follow = (graph: Graph, times: number): void => {
    const uses = graph.layers.map((layer) => [layer, nodesOf(layer, graph)] as const);
    for (const node of uses.flatMap(([, nodes]) => nodes))
      // an input's own node has what it gives as its input
      for (const tensor of node.inputTensors)
        if (!node.outputTensors.includes(tensor)) read.add(tensor);
    for (const [layer, nodes] of uses) {
      const inner = graphOf(layer)?.outputs ?? [];
      for (const { outputTensors } of nodes)
        inner.forEach((tensor, at) => {
          if (read.has(outputTensors[at] as tf.SymbolicTensor)) read.add(tensor);
        });
      enter(layer, times * nodes.length);
    }
  };
  enter(model, 1);
  return { calls, read };
}
