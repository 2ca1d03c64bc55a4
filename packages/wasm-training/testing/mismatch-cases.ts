import * as tf from "@tensorflow/tfjs";
import { COPIES } from "./mismatch-copies.js";
import { IMAGES } from "./mismatch-images.js";
import { PRODUCTS } from "./mismatch-products.js";
import type { Inputs, Recipe, Shapes } from "./mismatch-recipe.js";

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
