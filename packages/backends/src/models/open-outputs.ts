import * as tf from "@tensorflow/tfjs";

/** What this file relies on of tfjs layers beyond their public types. */
interface LayerInternals {
  readonly name: string;
  readonly outputLayers?: LayerInternals[];
  /** Names of the nodes of a container: `layer_ib-index`. */
  readonly containerNodes?: ReadonlySet<string>;
  readonly layer?: LayerInternals;
  readonly inboundNodes: readonly unknown[];
  readonly outboundNodes: readonly { readonly outboundLayer: LayerInternals }[];
  readonly axis?: number | readonly number[];
  activation?: { getClassName: () => string; apply: (z: tf.Tensor) => tf.Tensor };
  softmax?: (z: tf.Tensor, axis?: number) => tf.Tensor;
  getClassName: () => string;
}

/** One output of a model, with a switch between its activated and its pre-activation form. */
export interface OpenOutput {
  readonly activation: string;
  readonly apply: (z: tf.Tensor) => tf.Tensor;
  /** Replaces the activation by the identity; returns what puts it back. */
  readonly open: () => () => void;
}

const FUSED = new Set([
  "Activation",
  "Conv1D",
  "Conv2D",
  "Conv2DTranspose",
  "Conv3D",
  "Dense",
  "DepthwiseConv2D",
  "SeparableConv2D",
]);

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

/** A layer used again inside the model cannot be opened: its other uses would change with it. */
function usedOnce(layer: LayerInternals, { containerNodes = new Set() }: LayerInternals): boolean {
  const uses = [...containerNodes].filter((node) => node.startsWith(`${layer.name}_ib-`));
  const fed = layer.outboundNodes.filter(({ outboundLayer: next }, at) =>
    next.inboundNodes.some(
      (node, index) =>
        node === layer.outboundNodes[at] && containerNodes.has(`${next.name}_ib-${index}`),
    ),
  );
  return uses.length <= 1 && fed.length === 0;
}

function openLayer(layer: LayerInternals, container: LayerInternals, rank: number): OpenOutput {
  const kind = layer.getClassName();
  const [nested, ...others] = layer.outputLayers ?? [];
  if (nested !== undefined && others.length === 0) return openLayer(nested, layer, rank);
  if (kind === "TimeDistributed" && layer.layer !== undefined)
    return openLayer(layer.layer, container, rank);
  if (!usedOnce(layer, container)) return closed;
  if (FUSED.has(kind)) return openActivation(layer);
  const lastAxis = layer.axis === -1 || layer.axis === rank - 1;
  return kind === "Softmax" && lastAxis ? openSoftmax(layer) : closed;
}

/**
 * Finds, for every output of a model, the activation that its last layer ends with, also where it is
 * fused into a Dense or convolution layer, stands in a nested model or inside TimeDistributed.
 * An output that cannot be opened counts as linear: z is then what the model returns.
 */
export function openOutputs(model: tf.LayersModel): readonly OpenOutput[] {
  const container = model as unknown as LayerInternals;
  return (container.outputLayers ?? []).map((layer, at) =>
    openLayer(layer, container, model.outputs[at]?.rank ?? 2),
  );
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
