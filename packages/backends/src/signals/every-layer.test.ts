import * as tf from "@tensorflow/tfjs";
import { createRandom, setUpPart, type HostArray } from "@unequal/core";
import { beforeAll, expect, test } from "vitest";
import { cpu } from "../engines/cpu.js";
import { createLearner } from "../models/create-learner.js";

beforeAll(async () => {
  await setUpPart("backend", cpu()).start();
});

const SIZE = 6;
const random = createRandom(17);

function column(shape: number[], value: () => number): HostArray & { readonly shape: number[] } {
  const length = shape.reduce((product, size) => product * size, SIZE);
  return { data: Float32Array.from({ length }, value), shape: [SIZE, ...shape], dtype: "float32" };
}

/** Images and words, joined: Conv2D, BatchNormalization, Embedding, LSTM and Dense layers, a softmax head. */
function model(): tf.LayersModel {
  const image = tf.input({ shape: [6, 6, 1] });
  const words = tf.input({ shape: [4] });
  const seen = tf.layers.conv2d({ filters: 3, kernelSize: 3, activation: "relu" }).apply(image);
  const normal = tf.layers.batchNormalization().apply(seen);
  const flat = tf.layers.flatten().apply(normal) as tf.SymbolicTensor;
  const embedded = tf.layers.embedding({ inputDim: 7, outputDim: 3 }).apply(words);
  const read = tf.layers.lstm({ units: 4 }).apply(embedded) as tf.SymbolicTensor;
  const joined = tf.layers.concatenate().apply([flat, read]);
  const hidden = tf.layers.dense({ units: 5, activation: "relu" }).apply(joined);
  const output = tf.layers.dense({ units: 3, activation: "softmax" }).apply(hidden);
  const built = tf.model({ inputs: [image, words], outputs: output as tf.SymbolicTensor });
  built.compile({ optimizer: "sgd", loss: "categoricalCrossentropy" });
  return built;
}

test("exact norms equal tf.variableGrads on batches of one in inference mode, to 1e-4", async () => {
  const built = model();
  for (const weight of built.weights.filter(({ name }) => name.includes("moving"))) {
    weight.write(tf.randomUniform(weight.shape as number[], 0.5, 2, "float32", 3));
  }
  const inputs = [column([6, 6, 1], () => random.uniform()), column([4], () => random.integer(7))];
  const targets = column([3], () => 0);
  for (let row = 0; row < SIZE; row++) targets.data[3 * row + random.integer(3)] = 1;
  const weights = Float32Array.from({ length: SIZE }, (_, row) => 1 + row / 2);
  const learner = createLearner(built);
  const batch = learner.upload({ size: SIZE, inputs, targets: [targets], weights });
  const { "gradient-norm": norms } = await learner.compute(["gradient-norm"], batch);

  const tensors = [...inputs, targets].map(({ data, shape }) => tf.tensor(data, shape));
  const variables = built.trainableWeights.map((weight) => weight.read() as tf.Variable);
  for (let row = 0; row < SIZE; row++) {
    const [x1, x2, y] = tensors.map((tensor) => tf.slice(tensor, row, 1)) as [
      tf.Tensor,
      tf.Tensor,
      tf.Tensor,
    ];
    const loss = (): tf.Scalar => {
      const p = built.apply([x1, x2], { training: false }) as tf.Tensor;
      return tf.mul(tf.neg(tf.sum(tf.mul(y, tf.log(p)))), weights[row] as number);
    };
    const { grads } = tf.variableGrads(loss, variables);
    const square = Object.values(grads).reduce(
      (sum, gradient) => sum + (tf.sum(tf.square(gradient)).dataSync()[0] as number),
      0,
    );
    expect(Object.keys(grads)).toHaveLength(variables.length);
    expect(Math.abs((norms?.[row] as number) - Math.sqrt(square))).toBeLessThanOrEqual(
      1e-4 * Math.max(1, Math.sqrt(square)),
    );
  }
});
