import * as tf from "@tensorflow/tfjs";
import { createRandom } from "@unequal/core";
import { beforeAll, describe, expect, test } from "vitest";
import "../../testing/installed.js";
import { installWasmTraining } from "../index.js";

beforeAll(async () => {
  await tf.setBackend("wasm");
});

const OPTIMIZERS: Readonly<Record<string, () => tf.Optimizer>> = {
  adam: () => tf.train.adam(0.01),
  "adam of other rates": () => tf.train.adam(0.1, 0.7, 0.95, 1e-3),
  momentum: () => tf.train.momentum(0.05, 0.9),
  "Nesterov's momentum": () => tf.train.momentum(0.05, 0.8, true),
  rmsprop: () => tf.train.rmsprop(0.01),
  "rmsprop with momentum": () => tf.train.rmsprop(0.01, 0.8, 0.5, 1e-3),
  "rmsprop centred": () => tf.train.rmsprop(0.01, 0.8, 0.5, 1e-9, true),
};

const SHAPES = [[1], [3, 5], [4], [33], []];

interface Trace {
  readonly values: readonly number[];
  readonly saved: readonly string[];
}

/** Makes five updates by gradients that are drawn, and returns variables and saved values. */
async function trace(optimizer: tf.Optimizer): Promise<Trace> {
  const random = createRandom(5);
  const draw = (shape: number[]): tf.Tensor =>
    tf.tensor(
      Float32Array.from({ length: tf.util.sizeFromShape(shape) }, () => random.uniform() - 0.5),
      shape,
    );
  const variables = SHAPES.map((shape) => tf.variable(draw(shape)));
  for (let update = 0; update < 5; update++) {
    const gradients = variables.map(({ name, shape }) => ({ name, tensor: draw(shape) }));
    if (update % 2 === 0) optimizer.applyGradients(gradients);
    else
      optimizer.applyGradients(
        Object.fromEntries(gradients.map(({ name, tensor }) => [name, tensor])),
      );
  }
  const names = variables.map(({ name }) => name);
  const saved = await optimizer.getWeights();
  const all = [...variables, ...saved.map(({ tensor }) => tensor)];
  const values = all.flatMap((tensor) => [...tensor.dataSync()]);
  variables.forEach((variable) => {
    variable.dispose();
  });
  const kinds = saved.map(({ name }) => name.replace(/^.*\//, ""));
  return { values, saved: [String(names.length), ...kinds] };
}

describe.each(Object.keys(OPTIMIZERS))("%s", (name) => {
  const make = OPTIMIZERS[name] as () => tf.Optimizer;

  test("makes the updates of TensorFlow.js, and saves the same values under the same names", async () => {
    const ours = await trace(make());
    await tf.setBackend("cpu");
    const theirs = await trace(make());
    await tf.setBackend("wasm");
    expect(ours.saved).toEqual(theirs.saved);
    expect(ours.values).toHaveLength(theirs.values.length);
    ours.values.forEach((value, at) => {
      const expected = theirs.values[at] as number;
      expect(Math.abs(value - expected)).toBeLessThanOrEqual(
        1e-6 * Math.max(1, Math.abs(expected)),
      );
    });
  });

  test("leaks nothing, and leaves a copy of a variable as it was", () => {
    const optimizer = make();
    const w = tf.variable(tf.ones([7]));
    const copy = w.clone();
    const step = (): void => {
      optimizer.minimize(() => tf.sum(tf.square(w)));
    };
    step();
    const { numTensors, numDataBuffers } = tf.memory();
    for (let time = 0; time < 5; time++) step();
    expect(tf.memory()).toMatchObject({ numTensors, numDataBuffers });
    expect([...copy.dataSync()]).toEqual(Array(7).fill(1));
    expect(w.dataSync()[0]).toBeLessThan(1);
  });
});

test("a product with few rows sees a variable's new numbers, which the engine may have packed before", () => {
  const w = tf.variable(tf.ones([4, 3]));
  const x = tf.ones([1, 4]);
  const optimizer = tf.train.adam(0.1);
  const product = (): number[] => [...tf.fused.matMul({ a: x, b: w }).dataSync()];
  for (let step = 0; step < 3; step++) {
    const rows = w.arraySync() as unknown as number[][];
    const naive = [0, 1, 2].map((column) => rows.reduce((sum, row) => sum + (row[column] ?? 0), 0));
    product().forEach((value, column) => expect(value).toBeCloseTo(naive[column] as number, 5));
    optimizer.minimize(() => tf.sum(tf.square(w)));
  }
});

test("what an optimizer has given out stays as it was", async () => {
  const w = tf.variable(tf.ones([5]));
  const optimizer = tf.train.adam(0.1);
  const step = (): void => {
    optimizer.minimize(() => tf.sum(tf.square(w)));
  };
  step();
  const saved = (await optimizer.getWeights()).map(({ tensor }) => tensor.clone());
  const before = saved.map((tensor) => [...tensor.dataSync()]);
  step();
  expect(saved.map((tensor) => [...tensor.dataSync()])).toEqual(before);
});

test("installing twice changes nothing", () => {
  const before = { ...Object.getOwnPropertyDescriptors(tf.AdamOptimizer.prototype) };
  installWasmTraining();
  expect(Object.getOwnPropertyDescriptors(tf.AdamOptimizer.prototype)).toEqual(before);
});
