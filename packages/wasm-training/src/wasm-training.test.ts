import * as tf from "@tensorflow/tfjs";
import "@tensorflow/tfjs-backend-wasm";
import { createRandom } from "@unequal/core";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { installWasmTraining } from "./index.js";

beforeAll(async () => {
  await tf.setBackend("wasm");
  await tf.ready();
  installWasmTraining();
});

afterAll(async () => {
  await tf.setBackend("wasm");
});

const product = fc.record({
  rows: fc.integer({ min: 1, max: 17 }),
  inner: fc.integer({ min: 1, max: 33 }),
  columns: fc.integer({ min: 1, max: 19 }),
  batchA: fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 2 }),
  broadcast: fc.boolean(),
  transposeA: fc.boolean(),
  transposeB: fc.boolean(),
  activation: fc.constantFrom("linear", "relu", "sigmoid", "elu", undefined),
  seed: fc.integer({ min: 1 }),
});

type Product = typeof product extends fc.Arbitrary<infer T> ? T : never;

function numbers(shape: number[], seed: number): Float32Array {
  const random = createRandom(seed);
  return Float32Array.from(
    { length: shape.reduce((a, b) => a * b, 1) },
    () => 2 * random.uniform() - 1,
  );
}

function multiply(given: Product): Float32Array {
  const { rows, inner, columns, transposeA, transposeB, batchA, broadcast, seed, activation } =
    given;
  const batchB = broadcast ? batchA.map(() => 1) : batchA;
  const shapeA = [...batchA, ...(transposeA ? [inner, rows] : [rows, inner])];
  const shapeB = [...batchB, ...(transposeB ? [columns, inner] : [inner, columns])];
  return tf.tidy(() => {
    const a = tf.tensor(numbers(shapeA, seed), shapeA);
    const b = tf.tensor(numbers(shapeB, seed + 1), shapeB);
    if (activation === undefined)
      return tf.matMul(a, b, transposeA, transposeB).dataSync() as Float32Array;
    const bias = tf.tensor1d(numbers([columns], seed + 2));
    return tf.fused
      .matMul({ a, b, transposeA, transposeB, activation, bias })
      .dataSync() as Float32Array;
  });
}

test("matrix products equal the cpu engine's to 1e-4, for 200 shapes, transposes and activations", async () => {
  const cases = fc.sample(product, { numRuns: 200, seed: 7 });
  const ours = cases.map((given) => multiply(given));
  await tf.setBackend("cpu");
  cases.forEach((given, at) => {
    const theirs = multiply(given);
    const scale = theirs.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
    const worst = theirs.reduce(
      (most, value, i) => Math.max(most, Math.abs(value - (ours[at]?.[i] as number))),
      0,
    );
    expect(worst / scale, JSON.stringify(given)).toBeLessThanOrEqual(1e-4);
  });
  await tf.setBackend("wasm");
});

test("temporaries are freed: neither tensors nor data remain", () => {
  const run = () => {
    tf.tidy(() => {
      const loss = (w: tf.Tensor) => tf.sum(tf.square(tf.matMul(tf.ones([5, 6]), w)));
      tf.grad(loss)(tf.ones([6, 4]));
    });
  };
  run();
  const { numTensors, numDataBuffers } = tf.memory();
  for (let time = 0; time < 10; time++) run();
  expect(tf.memory()).toMatchObject({ numTensors, numDataBuffers });
});

test("installing twice changes nothing", () => {
  const kernel = () => (tf.getKernel("BatchMatMul", "wasm") as { kernelFunc: unknown }).kernelFunc;
  const before = kernel();
  installWasmTraining();
  expect(kernel()).toBe(before);
});
