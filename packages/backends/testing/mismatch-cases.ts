import * as tf from "@tensorflow/tfjs";
import type { Random } from "@unequal/core";
import { runKernel } from "./kernel-cases.js";

type Shapes = Readonly<Record<string, readonly number[]>>;
type Attributes = Readonly<Record<string, unknown>>;
type Inputs = Record<string, tf.Tensor>;

/** A way of calling a kernel with tensors that fit, for the generator to spoil. */
export interface Recipe {
  readonly kernel: string;
  readonly shapes: (random: Random) => Shapes;
  /** Options, some of which do not fit the shapes. */
  readonly attrs?: (random: Random) => Attributes;
  /** Inputs of whole numbers below this. */
  readonly wholes?: Readonly<Record<string, number>>;
  /** Inputs that are at least 0.1. */
  readonly positive?: readonly string[];
  /** The public function, where there is one. */
  readonly op?: (inputs: Inputs, attrs: never) => tf.Tensor;
  /** Whether no other engine has it: then what does not fit must be refused, and the rest taken. */
  readonly own?: boolean;
  /** Whether the cpu engine gets tensors of these shapes wrong, so that only memory is looked at. */
  readonly wrongOnCpu?: (shapes: Shapes) => boolean;
  /** Inputs that it may write over. */
  readonly consumed?: readonly string[];
}

function pick<const T>(random: Random, values: readonly T[]): T {
  return values[random.integer(values.length)] as T;
}

const ACTIVATIONS = ["linear", "relu", "relu6", "sigmoid", "elu", "leakyrelu", "prelu"] as const;

const convolution = (random: Random) => ({
  strides: pick(random, [1, 2, [2, 1]] as const),
  pad: pick(random, ["same", "valid", 1] as const),
  dataFormat: "NHWC",
  dilations: 1,
});

const fused = (random: Random) => ({
  ...convolution(random),
  activation: pick(random, ACTIVATIONS),
  leakyreluAlpha: 0.3,
});

const images = { x: [2, 5, 4, 3], filter: [3, 2, 3, 4] } as const;
const tails = { bias: [4], preluActivationWeights: [4] } as const;
/** Sizes of what a convolution of {@link images} by strides 1 and "same" makes. */
const same = { strides: 1, pad: "same", dataFormat: "NHWC", dilations: 1 } as const;

/** Shapes of a recurrent layer's tensors, N = 2, T = 3, I = 4, U = 5. */
function sequence(gates: number): Record<string, readonly number[]> {
  const row = 5 * gates;
  const [state, steps] = [
    [2, 5],
    [3, 2, 5],
  ];
  return {
    ...{ x: [2, 3, 4], kernel: [4, row], recurrent: [5, row], bias: [row], h0: state, c0: state },
    ...{ mask: [2, 3], dropout: state, c: steps, carry: steps, previous: steps, reset: steps },
    ...{ gates: [3, 2, row], dy: [2, 3, 5] },
  };
}

function only(shapes: Record<string, readonly number[]>, names: string): Shapes {
  return Object.fromEntries(names.split(" ").map((name) => [name, shapes[name] ?? []]));
}

const activations = { activation: 3, recurrentActivation: 2, state: false };
const update = { beta1: 0.9, beta2: 0.99, rate: 0.1, epsilon: 1e-3, decay: 0.9, momentum: 0.5 };

function own(
  kernel: string,
  { shapes, ...more }: { shapes: Shapes } & Partial<Omit<Recipe, "shapes">>,
): Recipe {
  return { kernel, own: true, shapes: () => shapes, ...more };
}

const OWN: readonly Recipe[] = [
  own("AdamUpdate", {
    shapes: { w: [2, 6], g: [2, 6], m: [2, 6], v: [2, 6], beta1Power: [], beta2Power: [] },
    attrs: () => update,
    positive: ["v"],
    consumed: ["m", "v"],
  }),
  own("MomentumUpdate", {
    shapes: { w: [2, 6], g: [2, 6], a: [2, 6], mu: [], minusRate: [] },
    attrs: () => ({ nesterov: true }),
    consumed: ["a"],
  }),
  own("RmsPropUpdate", {
    shapes: { w: [2, 6], g: [2, 6], s: [2, 6], a: [2, 6], mean: [2, 6] },
    attrs: () => update,
    consumed: ["s", "a", "mean"],
  }),
  own("FusedBatchNormGrad", {
    shapes: { x: [4, 3, 5], dy: [4, 3, 5], mean: [5], variance: [5], scale: [5] },
    attrs: () => ({ varianceEpsilon: 1e-3 }),
    positive: ["variance"],
  }),
  own("LstmSequence", {
    shapes: only(sequence(4), "x kernel recurrent bias h0 c0 mask dropout"),
    attrs: () => activations,
  }),
  own("LstmSequenceGrad", {
    shapes: only(sequence(4), "x kernel recurrent c0 mask dropout c carry gates previous dy"),
    attrs: (random) => ({ ...activations, deltas: random.uniform() < 0.5 }),
  }),
  own("GruSequence", {
    shapes: only(sequence(3), "x kernel recurrent bias h0 mask dropout"),
    attrs: () => activations,
  }),
  own("GruSequenceGrad", {
    shapes: only(sequence(3), "x kernel recurrent mask dropout gates previous reset dy"),
    attrs: (random) => ({ ...activations, deltas: random.uniform() < 0.5 }),
  }),
];

const IMAGES: readonly Recipe[] = [
  {
    kernel: tf.Conv2D,
    shapes: () => images,
    attrs: convolution,
    op: ({ x, filter }, { strides, pad }: { strides: number; pad: "same" }) =>
      tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, strides, pad),
  },
  {
    kernel: tf.Conv2DBackpropFilter,
    shapes: () => ({ x: images.x, dy: [2, 5, 4, 4] }),
    attrs: (random) => ({ ...same, filterShape: pick(random, [images.filter, [3, 2, 2, 4]]) }),
  },
  {
    kernel: tf.Conv2DBackpropInput,
    shapes: () => ({ dy: [2, 5, 4, 4], filter: images.filter }),
    attrs: (random) => ({ ...same, inputShape: pick(random, [images.x, [2, 6, 4, 3]]) }),
    op: ({ dy, filter }) =>
      tf.conv2dTranspose(dy as tf.Tensor4D, filter as tf.Tensor4D, [...images.x], 1, "same"),
  },
  {
    kernel: tf.FusedConv2D,
    shapes: () => ({ ...images, ...tails }),
    attrs: fused,
    op: ({ preluActivationWeights, ...given }, attrs: object) =>
      tf.fused.conv2d({ ...given, ...attrs, preluActivationWeights } as never),
  },
  {
    kernel: tf.FusedDepthwiseConv2D,
    shapes: () => ({
      ...{ x: images.x, filter: [3, 2, 3, 2], bias: [6], preluActivationWeights: [6] },
    }),
    attrs: fused,
    op: ({ preluActivationWeights, ...given }, attrs: object) =>
      tf.fused.depthwiseConv2d({ ...given, ...attrs, preluActivationWeights } as never),
  },
  {
    kernel: tf.DepthwiseConv2dNativeBackpropFilter,
    shapes: () => ({ x: images.x, dy: [2, 5, 4, 6] }),
    attrs: (random) => ({
      ...same,
      filterShape: pick(random, [
        [3, 2, 3, 2],
        [3, 2, 2, 2],
      ]),
    }),
  },
  {
    kernel: tf.DepthwiseConv2dNativeBackpropInput,
    shapes: () => ({ dy: [2, 5, 4, 6], filter: [3, 2, 3, 2] }),
    attrs: (random) => ({ ...same, inputShape: pick(random, [images.x, [2, 5, 4, 2]]) }),
  },
  {
    kernel: tf.MaxPoolGrad,
    shapes: () => ({ dy: [2, 3, 2, 3], input: images.x, output: [2, 3, 2, 3] }),
    attrs: () => ({ filterSize: 2, strides: 2, pad: "same" }),
  },
  {
    kernel: tf.FusedBatchNorm,
    shapes: (random) => ({
      ...{ x: images.x, mean: [3], variance: [3], scale: [3], offset: [3] },
      ...(random.uniform() < 0.3 && { mean: images.x, variance: images.x }),
    }),
    attrs: () => ({ varianceEpsilon: 1e-3 }),
    positive: ["variance"],
    op: ({ x, mean, variance, offset, scale }) =>
      tf.batchNorm(
        x as tf.Tensor4D,
        mean as tf.Tensor1D,
        variance as tf.Tensor1D,
        offset as tf.Tensor1D,
        scale as tf.Tensor1D,
      ),
  },
];

const PRODUCTS: readonly Recipe[] = [
  {
    kernel: tf.BatchMatMul,
    // it fills as many matrices as the larger operand has, and not as many as both have when broadcast
    wrongOnCpu: ({ a = [], b = [] }) => a.length !== b.length || a.length > 3,
    shapes: (random) =>
      pick(random, [
        { a: [2, 3, 4], b: [2, 4, 5] },
        { a: [3, 4], b: [4, 5] },
      ]),
    attrs: (random) => ({
      transposeA: random.uniform() < 0.2,
      transposeB: random.uniform() < 0.2,
    }),
    op: ({ a, b }, { transposeA, transposeB }: { transposeA: boolean; transposeB: boolean }) =>
      tf.matMul(a as tf.Tensor, b as tf.Tensor, transposeA, transposeB),
  },
  {
    kernel: tf._FusedMatMul,
    wrongOnCpu: ({ a = [], b = [] }) => a.length !== b.length || a.length > 3,
    shapes: (random) => ({
      ...{ a: [1, pick(random, [3, 40]), 4], b: [1, 4, 5], bias: [5], preluActivationWeights: [5] },
    }),
    attrs: (random) => ({
      ...{ transposeA: random.uniform() < 0.2, transposeB: random.uniform() < 0.2 },
      ...{ activation: pick(random, ACTIVATIONS), leakyreluAlpha: 0.3 },
    }),
    op: (given, attrs: object) => tf.fused.matMul({ ...given, ...attrs } as never),
  },
  {
    // the cpu engine's own kernel takes no inputs by name, and gives those of two types the second's
    kernel: "tf.einsum",
    shapes: () => ({ 0: [2, 3, 4], 1: [2, 4, 5] }),
    attrs: (random) => ({ equation: pick(random, ["abc,acd->abd", "abc,acd->bd"]) }),
    op: (given, { equation }: { equation: string }) => {
      const tensors = Object.values(given);
      const whole = tensors.every(({ dtype }) => dtype !== "float32");
      const same = tf.getBackend() === "wasm" ? tensors : tensors.map((x) => tf.cast(x, "float32"));
      return tf.cast(tf.einsum(equation, ...same), whole ? "int32" : "float32");
    },
  },
];

const COPIES: readonly Recipe[] = [
  {
    kernel: tf.GatherV2,
    shapes: () => ({ x: [3, 4, 5], indices: [3, 2] }),
    wholes: { indices: 5 },
    attrs: (random) => ({
      axis: pick(random, [0, 1, 2, 3, -1]),
      batchDims: pick(random, [0, 0, 1]),
    }),
    op: ({ x, indices }, { axis, batchDims }: { axis: number; batchDims: number }) =>
      tf.gather(x as tf.Tensor, indices as tf.Tensor, axis, batchDims),
  },
  { kernel: tf.Identity, shapes: () => ({ x: [3, 4] }), op: ({ x }) => tf.clone(x as tf.Tensor) },
  {
    kernel: tf.Cast,
    shapes: () => ({ x: [3, 4] }),
    attrs: (random) => ({ dtype: pick(random, ["float32", "int32", "bool"]) }),
    op: ({ x }, { dtype }: { dtype: "int32" }) => tf.cast(x as tf.Tensor, dtype),
  },
  ...[tf.Sum, tf.Mean].map((kernel): Recipe => ({
    kernel,
    shapes: () => ({ x: [3, 4, 5] }),
    attrs: (random) => ({
      axis: pick(random, [[0], [1], [0, 1], [0, 2], [2], [3], [0, 1, 2]]),
      keepDims: random.uniform() < 0.3,
    }),
    op: ({ x }, { axis, keepDims }: { axis: number[]; keepDims: boolean }) =>
      (kernel === tf.Sum ? tf.sum : tf.mean)(x as tf.Tensor, axis, keepDims),
  })),
  {
    kernel: tf.Prelu,
    shapes: (random) => ({ x: [3, 4, 5], alpha: pick(random, [[5], [4, 1], [3, 4, 5]]) }),
    op: ({ x, alpha }) => tf.prelu(x as tf.Tensor, alpha as tf.Tensor),
  },
  {
    kernel: tf.Slice,
    shapes: () => ({ x: [3, 4, 5] }),
    attrs: (random) => ({
      begin: pick(random, [
        [0, 1, 0],
        [1, 1, 1],
        [0, 0, 4],
        [0, 9, 0],
        [0, 1],
        [2, 3, 4, 0],
      ]),
      size: pick(random, [
        [3, 2, 5],
        [1, 2, 3],
        [-1, -1, -1],
        [3, 3, 1],
        [9, 1, 1],
      ]),
    }),
    op: ({ x }, { begin, size }: { begin: number[]; size: number[] }) =>
      tf.slice(x as tf.Tensor, begin, size),
  },
  {
    kernel: tf.Tile,
    shapes: () => ({ x: [3, 4] }),
    attrs: (random) => ({
      reps: pick(random, [[2, 3], [1, 1], [0, 2], [2], [2, 1, 3], [-1, 2], [1.5, 2]]),
    }),
    op: ({ x }, { reps }: { reps: number[] }) => tf.tile(x as tf.Tensor, reps),
  },
  {
    // the cpu engine's own kernel gives float32 for whole numbers, too
    kernel: "tf.unsortedSegmentSum",
    shapes: () => ({ x: [4, 3], segmentIds: [4] }),
    wholes: { segmentIds: 6 },
    attrs: (random) => ({ numSegments: pick(random, [5, 2, -1, 2.5]) }),
    op: ({ x, segmentIds }, { numSegments }: { numSegments: number }) =>
      tf.cast(
        tf.unsortedSegmentSum(x as tf.Tensor, segmentIds as tf.Tensor1D, numSegments),
        "float32",
      ),
  },
];

function recurrent(kind: "lstm" | "gru", { x, h0, c0, mask }: Inputs): tf.Tensor {
  const layer = tf.layers[kind]({
    units: 5,
    kernelInitializer: "ones",
    recurrentInitializer: "ones",
  });
  layer.apply(tf.zeros([2, 3, 4]));
  const states = [h0, c0].filter((state): state is tf.Tensor => state !== undefined);
  try {
    return layer.call(x as tf.Tensor, { initialState: states, ...(mask && { mask }) }) as tf.Tensor;
  } finally {
    layer.dispose();
  }
}

const LAYERS: readonly Recipe[] = [
  {
    kernel: "tf.layers.lstm",
    shapes: () => only(sequence(4), "x h0 c0 mask"),
    wholes: { mask: 2 },
    op: (given) => recurrent("lstm", given),
  },
  {
    kernel: "tf.layers.gru",
    shapes: () => only(sequence(3), "x h0 mask"),
    wholes: { mask: 2 },
    op: (given) => recurrent("gru", given),
  },
];

/** A recipe for every kernel of ours, and for the layers that call some. */
export const RECIPES: readonly Recipe[] = [...OWN, ...IMAGES, ...PRODUCTS, ...COPIES, ...LAYERS];

/** Calls a recipe's kernel by its name, or its public function. */
export function callRecipe(
  { kernel, op }: Recipe,
  inputs: Inputs,
  { attrs, direct }: { readonly attrs: Attributes; readonly direct: boolean },
): tf.Tensor[] {
  const result =
    op !== undefined && !direct ? op(inputs, attrs as never) : runKernel(kernel, inputs, attrs);
  return Array.isArray(result) ? (result as tf.Tensor[]) : [result];
}
