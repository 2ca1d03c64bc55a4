import * as tf from "@tensorflow/tfjs";
import { isUnequalError, setUpPart } from "@unequal/core";
import { beforeAll, describe, expect, test } from "vitest";
import { cnn } from "../architectures/cnn.js";
import { embedding } from "../architectures/embedding.js";
import { linearModel } from "../architectures/linear.js";
import { mlp } from "../architectures/mlp.js";
import { createLearner } from "../create-learner.js";

beforeAll(async () => {
  await tf.setBackend("cpu");
});

const codeOf = (act: () => unknown): string | undefined => {
  try {
    act();
    return undefined;
  } catch (error) {
    if (isUnequalError(error)) return error.code;
    throw error;
  }
};

type Activation = "softmax" | "sigmoid" | "linear";

function modelOf(activation: Activation, units: number, loss: string): tf.LayersModel {
  const model = tf.sequential({
    layers: [tf.layers.dense({ units, activation, inputShape: [2], kernelInitializer: "ones" })],
  });
  model.compile({ optimizer: tf.train.sgd(1), loss });
  return model;
}

const activations = {
  softmax: (z: tf.Tensor) => tf.softmax(z),
  sigmoid: (z: tf.Tensor) => tf.sigmoid(z),
  linear: (z: tf.Tensor) => z,
};

describe.each([
  ["softmax", "categoricalCrossentropy"],
  ["softmax", "meanSquaredError"],
  ["sigmoid", "categoricalCrossentropy"],
  ["linear", "categoricalCrossentropy"],
] as const)("one unit, %s, %s", (activation, loss) => {
  test("has no gradient by TensorFlow.js's own functions", () => {
    const y = tf.tensor2d([[1], [0], [1]]);
    const lossOf = (z: tf.Tensor): tf.Tensor =>
      tf.sum(tf.metrics[loss](y, activations[activation](z)));
    const gradient = tf
      .grad(lossOf)(tf.tensor2d([[0.3], [0.5], [0.9]]))
      .dataSync();
    for (const each of gradient) expect(Math.abs(each)).toBeLessThan(1e-6);
  });

  test("is refused, whatever form of the loss is trained", () => {
    const model = modelOf(activation, 1, loss);
    expect(codeOf(() => createLearner(model))).toBe("HEAD_UNSUITED");
    expect(codeOf(() => createLearner(model, { loss: "as-compiled" }))).toBe("HEAD_UNSUITED");
  });
});

test.each([
  ["softmax", 2, "categoricalCrossentropy"],
  ["sigmoid", 1, "binaryCrossentropy"],
  ["linear", 1, "meanSquaredError"],
] as const)("%s of %d, %s, is none of them", (activation, units, loss) => {
  const learner = createLearner(modelOf(activation, units, loss));
  learner.dispose?.();
});

const architectures = { mlp: mlp(), cnn: cnn(), linear: linearModel(), embedding: embedding() };

test.each([
  ["mlp", "HEAD_UNSUITED"],
  ["cnn", "HEAD_UNSUITED"],
  ["linear", "HEAD_UNSUITED"],
  ["embedding", undefined],
] as const)("the architecture %s for targets of one number: %s", (name, code) => {
  const { build } = setUpPart("model", architectures[name]);
  const request = { inputShape: [28, 28, 1], optimizer: tf.train.sgd(1), seed: 0 };
  expect(codeOf(() => build({ ...request, classes: 1 }))).toBe(code);
  expect(codeOf(() => build({ ...request, classes: 2 }))).toBe(undefined);
});
