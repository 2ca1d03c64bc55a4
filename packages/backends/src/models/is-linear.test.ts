import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, test } from "vitest";
import { all, dense, host } from "../../testing/learner-fixtures.js";
import { createLearner } from "../create-learner.js";

beforeAll(async () => {
  await tf.setBackend("cpu");
  await tf.ready();
});

type Layers = readonly tf.layers.Layer[];

function stack(...layers: Layers): tf.LayersModel {
  return tf.sequential({ layers: [...layers] });
}

/** A functional model on inputs of the given shape. */
function graph(
  shape: number[],
  build: (x: tf.SymbolicTensor) => tf.SymbolicTensor | tf.SymbolicTensor[],
) {
  const x = tf.input({ shape });
  return tf.model({ inputs: x, outputs: build(x) });
}

function through(x: tf.SymbolicTensor, ...layers: Layers): tf.SymbolicTensor {
  return layers.reduce((at, layer) => layer.apply(at) as tf.SymbolicTensor, x);
}

const first = (units: number, activation?: string) => dense(units, activation, { inputShape: [4] });
const relu = () => tf.layers.activation({ activation: "relu" });

const LINEAR: Readonly<Record<string, () => tf.LayersModel>> = {
  "one dense layer": () => stack(first(3)),
  "a fused softmax": () => stack(first(3, "softmax")),
  "a fused tanh": () => stack(first(3, "tanh")),
  "an Activation layer": () => stack(first(3), tf.layers.activation({ activation: "sigmoid" })),
  "a linear Activation layer": () =>
    stack(first(3), tf.layers.activation({ activation: "linear" })),
  "a Softmax layer": () => stack(first(3), tf.layers.softmax({ axis: -1 })),
  "layers that reshape, before and after": () =>
    stack(
      tf.layers.reshape({ targetShape: [2, 2], inputShape: [4] }),
      tf.layers.permute({ dims: [2, 1] }),
      dense(3, undefined),
      tf.layers.flatten(),
    ),
  "a functional model": () => graph([4], (x) => through(x, dense(3, "softmax"))),
  "a nested model": () => stack(stack(first(3, "softmax"))),
  "a kernel regulariser": () =>
    stack(dense(3, undefined, { inputShape: [4], kernelRegularizer: tf.regularizers.l2() })),
};

const CURVED: Readonly<Record<string, () => tf.LayersModel>> = {
  "two dense layers": () => stack(first(5), dense(3, "softmax")),
  "a hidden activation": () => stack(first(5, "tanh"), dense(3, undefined)),
  "a dense layer used twice": () =>
    graph([4], (x) => {
      const twice = dense(4, undefined);
      return through(x, twice, twice);
    }),
  "a nested model used twice": () => {
    const twice = stack(dense(4, undefined, { inputShape: [4] }));
    return graph([4], (x) => through(x, twice, twice));
  },
  "a dense layer that a nested model calls too": () => {
    const shared = dense(4, undefined, { inputShape: [4] });
    const inner = stack(shared);
    return graph([4], (x) => through(x, inner, shared));
  },
  "two activations": () => stack(first(3, "tanh"), relu()),
  "an activation that a later layer reshapes": () =>
    stack(dense(6, "tanh", { inputShape: [4] }), tf.layers.reshape({ targetShape: [3, 2] })),
  "an activation that the inputs pass too": () =>
    graph([4], (x) => {
      const shared = tf.layers.activation({ activation: "tanh" });
      return through(x, shared, dense(3, undefined), shared);
    }),
};

/** Whatever makes them so, they are not told to be linear. */
const UNTOLD: Readonly<Record<string, () => tf.LayersModel>> = {
  dropout: () => stack(tf.layers.dropout({ rate: 0.5, inputShape: [4] }), dense(3, "softmax")),
  "batch normalisation": () =>
    stack(tf.layers.batchNormalization({ inputShape: [4] }), dense(3, "softmax")),
  "two outputs": () =>
    graph([4], (x) => [through(x, dense(3, undefined)), through(x, dense(2, undefined))]),
};

function compiled(make: () => tf.LayersModel): tf.LayersModel {
  const model = make();
  const loss =
    model.outputs.length > 1 ? ["meanSquaredError", "meanSquaredError"] : "meanSquaredError";
  model.compile({ optimizer: tf.train.sgd(0.1), loss });
  return model;
}

/** How far Jᵀc of a fixed c moves when the parameters do, relative to its length. */
async function change(make: () => tf.LayersModel): Promise<number> {
  const model = compiled(make);
  const learner = createLearner(model);
  const shape = (of: tf.SymbolicTensor | undefined) => of?.shape.slice(1) as number[];
  const batch = learner.upload(host([shape(model.inputs[0])], [shape(model.outputs[0])]));
  const pulledBack = async (): Promise<number[]> => {
    const cotangent = (z: Float32Array) => z.map((_, at) => Math.sin(1 + at));
    const pass = { noise: 1, mode: "training", regulariser: false } as const;
    const handle = await learner.pullback({ batch, rows: all }, cotangent, pass);
    return (await learner.read(handle)).flatMap((part) => [...part]);
  };
  const before = await pulledBack();
  model.setWeights(model.getWeights().map((weight) => tf.add(tf.mul(weight, -1.5), 0.3)));
  const after = await pulledBack();
  const gap = Math.hypot(...before.map((value, at) => value - (after[at] as number)));
  return gap / Math.hypot(...before);
}

describe.each(Object.entries(LINEAR))("%s", (_, make) => {
  test("is linear: J is the same at other parameters", async () => {
    expect(createLearner(compiled(make)).facts.linear).toBe(true);
    expect(await change(make)).toBe(0);
  });
});

describe.each(Object.entries(CURVED))("%s", (_, make) => {
  test("is not linear: J changes with the parameters", async () => {
    expect(createLearner(compiled(make)).facts.linear).toBe(false);
    expect(await change(make)).toBeGreaterThan(0.01);
  });
});

test.each(Object.entries(UNTOLD))("%s is not told to be linear", (_, make) => {
  expect(createLearner(compiled(make)).facts.linear).toBe(false);
});
