import * as tf from "@tensorflow/tfjs";
import { createRandom } from "@unequal/core";
import { beforeAll, describe, expect, test } from "vitest";
import { flattenLayers } from "../models/flatten-layers.js";
import { gradientNorms } from "./gradient-norm.js";

beforeAll(async () => {
  await tf.setBackend("cpu");
});

const SIZE = 5;
const random = createRandom(21);

function numbers(shape: number[]): tf.Tensor {
  const size = shape.reduce((a, b) => a * b, 1);
  return tf.tensor(
    Float32Array.from({ length: size }, () => 2 * random.uniform() - 1),
    shape,
  );
}

function seeded(units: number, activation?: "relu" | "tanh", extra = {}): tf.layers.Layer {
  const kernelInitializer = tf.initializers.glorotNormal({ seed: 40 + units });
  return tf.layers.dense({ units, kernelInitializer, ...(activation && { activation }), ...extra });
}

interface Case {
  readonly model: tf.LayersModel;
  readonly x: tf.Tensor;
}

const cases: Record<string, () => Case> = {
  "a Dense-only net": () => ({
    model: tf.sequential({
      layers: [
        seeded(7, "relu", { inputShape: [6] }),
        seeded(5, "tanh", { useBias: false }),
        seeded(3),
      ],
    }),
    x: numbers([SIZE, 6]),
  }),
  "a frozen layer": () => {
    const model = tf.sequential({
      layers: [seeded(7, "relu", { inputShape: [6] }), seeded(5, "tanh"), seeded(3)],
    });
    (model.layers[1] as tf.layers.Layer).trainable = false;
    return { model, x: numbers([SIZE, 6]) };
  },
  "a Dense layer used twice": () => {
    const input = tf.input({ shape: [4] });
    const shared = seeded(4, "tanh");
    const output = seeded(2).apply(shared.apply(shared.apply(input)));
    return {
      model: tf.model({ inputs: input, outputs: output as tf.SymbolicTensor }),
      x: numbers([SIZE, 4]),
    };
  },
  "Dense on few long positions (direct form)": () => ({
    model: tf.sequential({
      layers: [seeded(2, "tanh", { inputShape: [9, 3] }), tf.layers.flatten(), seeded(2)],
    }),
    x: numbers([SIZE, 9, 3]),
  }),
  "Dense on many features (Gram form)": () => ({
    model: tf.sequential({
      layers: [seeded(20, "tanh", { inputShape: [2, 30] }), tf.layers.flatten(), seeded(2)],
    }),
    x: numbers([SIZE, 2, 30]),
  }),
  "a nested model": () => ({
    model: tf.sequential({
      layers: [tf.sequential({ layers: [seeded(4, "relu", { inputShape: [6] })] }), seeded(2)],
    }),
    x: numbers([SIZE, 6]),
  }),
  "Dense inside TimeDistributed": () => ({
    model: tf.sequential({
      layers: [
        tf.layers.timeDistributed({ layer: seeded(3, "tanh"), inputShape: [4, 2] }),
        tf.layers.flatten(),
        seeded(2),
      ],
    }),
    x: numbers([SIZE, 4, 2]),
  }),
  "Dense, Conv2D and BatchNormalization": () => {
    const model = tf.sequential({
      layers: [
        tf.layers.conv2d({ filters: 3, kernelSize: 3, activation: "relu", inputShape: [6, 6, 2] }),
        tf.layers.batchNormalization(),
        tf.layers.flatten(),
        seeded(4, "relu"),
        seeded(2),
      ],
    });
    const statistics = model.weights.filter(({ name }) => name.includes("moving"));
    statistics.forEach((weight) =>
      weight.write(tf.add(tf.abs(numbers(weight.shape as number[])), 0.3)),
    );
    return { model, x: numbers([SIZE, 6, 6, 2]) };
  },
  "Embedding, LSTM and Dense": () => ({
    model: tf.sequential({
      layers: [
        tf.layers.embedding({ inputDim: 6, outputDim: 4, inputLength: 5 }),
        tf.layers.lstm({ units: 4 }),
        seeded(2),
      ],
    }),
    x: tf.tensor2d(
      Array.from({ length: SIZE }, () => Array.from({ length: 5 }, () => random.integer(6))),
    ),
  }),
};

describe.each(Object.keys(cases))("%s", (name) => {
  test("its norms equal tf.variableGrads on batches of one, to 1e-4", async () => {
    const { model, x } = cases[name]?.() as Case;
    const y = numbers(
      (model.outputs[0]?.shape as number[]).map((size, axis) => (axis === 0 ? SIZE : size)),
    );
    const weights = [1, 0.5, 3, 0, 2];
    const forward = (begin: number, size: number): tf.Tensor1D => {
      const [z] = [model.call(tf.slice(x, begin, size), { training: false })].flat() as [tf.Tensor];
      const each = tf.sum(
        tf.reshape(tf.square(tf.sub(z, tf.slice(y, begin, size))), [size, -1]),
        1,
      );
      return tf.mul(each, tf.tensor1d(weights.slice(begin, begin + size)));
    };
    const variables = model.trainableWeights.map((weight) => weight.read() as tf.Variable);
    const before = model.layers.map((layer) => Object.keys(layer).includes("call"));

    const norms = await gradientNorms({
      layers: flattenLayers(model),
      variables,
      size: SIZE,
      losses: ({ begin, size } = { begin: 0, size: SIZE }) => forward(begin, size),
    });

    for (let row = 0; row < SIZE; row++) {
      const { grads } = tf.variableGrads(() => tf.sum(forward(row, 1)), variables);
      const square = Object.values(grads).reduce(
        (sum, gradient) => sum + (tf.sum(tf.square(gradient)).dataSync()[0] as number),
        0,
      );
      const naive = Math.sqrt(square);
      expect(Math.abs((norms[row] as number) - naive)).toBeLessThanOrEqual(
        1e-4 * Math.max(1, naive),
      );
    }
    expect(norms[3]).toBe(0);
    expect(model.layers.map((layer) => Object.keys(layer).includes("call"))).toEqual(before);
  });
});

test("leaks nothing", async () => {
  const { model, x } = cases["a Dense-only net"]?.() as Case;
  const run = () =>
    gradientNorms({
      layers: flattenLayers(model),
      variables: model.trainableWeights.map((weight) => weight.read() as tf.Variable),
      size: SIZE,
      losses: ({ begin, size } = { begin: 0, size: SIZE }) =>
        tf.sum(tf.square(([model.call(tf.slice(x, begin, size), {})].flat() as [tf.Tensor])[0]), 1),
    });
  await run();
  const before = tf.memory().numTensors;
  await run();
  expect(tf.memory().numTensors).toBe(before);
});
