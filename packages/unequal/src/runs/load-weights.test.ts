import * as tf from "@tensorflow/tfjs";
import { createLearner, functionModel } from "@unequal/backends";
import { beforeAll, expect, test } from "vitest";
import { loadWeights } from "./load-weights.js";

beforeAll(async () => {
  await tf.setBackend("cpu");
});

function net(units: number, layers = 1): tf.LayersModel {
  const model = tf.sequential();
  for (let layer = 0; layer < layers; layer++)
    model.add(
      tf.layers.dense(layer === 0 ? { units, inputShape: [3] } : { units, useBias: false }),
    );
  model.add(tf.layers.batchNormalization());
  model.compile({ optimizer: "sgd", loss: "meanSquaredError" });
  return model;
}

async function saved(model: unknown) {
  const learner = createLearner(model);
  const { files } = await learner.exportModel();
  learner.dispose?.();
  return { run: "a", folder: "runs/a", files };
}

const numbersOf = (model: tf.LayersModel): number[][] =>
  model.getWeights().map((weight) => [...weight.dataSync()]);

test("gives a model built anew the weights and moving averages that were saved", async () => {
  const trained = net(2);
  await trained.fit(tf.randomNormal([8, 3]), tf.randomNormal([8, 2]), { epochs: 2 });
  const again = net(2);
  expect(numbersOf(again)).not.toEqual(numbersOf(trained));
  const files = await saved(trained);
  const before = tf.memory().numTensors;
  loadWeights(again, files);
  expect(tf.memory().numTensors).toBe(before);
  expect(numbersOf(again)).toEqual(numbersOf(trained));
});

test("gives a function its variables", async () => {
  const made = (value: number) => {
    const variables = [tf.variable(tf.fill([3, 1], value)), tf.variable(tf.scalar(value))];
    const [kernel, bias] = variables as [tf.Variable, tf.Variable];
    return functionModel({
      variables,
      optimizer: tf.train.sgd(0.1),
      forward: ([x]) => tf.add(tf.matMul(x as tf.Tensor2D, kernel as tf.Tensor2D), bias),
      loss: (y, z) => tf.mean(tf.squaredDifference(y, z), -1),
    });
  };
  const again = made(0);
  loadWeights(again, await saved(made(7)));
  expect(again.variables.map((variable) => [...variable.dataSync()])).toEqual([[7, 7, 7], [7]]);
});

test.each([
  [
    "another width",
    net(5),
    /weight 1 of 6 \(.*kernel.*\) has shape \[3, 2\] there and \[3, 5\] here/,
  ],
  ["another depth", net(2, 2), /must have the 7 weights .+ but has 6/],
])("%s is told in shapes, not in tensors", async (_name, model, message) => {
  const files = await saved(net(2));
  expect(() => loadWeights(model, files)).toThrow(message);
  try {
    loadWeights(model, files);
  } catch (error) {
    expect((error as Error).message.length).toBeLessThan(400);
    expect((error as Error).message).not.toMatch(/Tensor|\d\.\d/);
  }
});
