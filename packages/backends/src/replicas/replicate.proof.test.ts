import * as tf from "@tensorflow/tfjs";
import { setUpPart, type Dataset, type Learner, type ReplicaOptions } from "@unequal/core";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import {
  computed,
  dense,
  expectSame,
  mlp,
  mlpDataset,
  randomDataset,
  request,
  SIGNALS,
  train,
} from "../../testing/replica-fixtures.js";
import { cpu } from "../engines/cpu.js";
import { wasm } from "../engines/wasm.js";
import { createLearner } from "../create-learner.js";

const ends: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

async function replicaOf(learner: Learner, dataset: Dataset, options?: ReplicaOptions) {
  const replica = (await learner.replicate?.(dataset, options)) ?? expect.fail();
  ends.push(replica.dispose);
  return replica;
}

function convnet(): tf.LayersModel {
  const inner = tf.sequential({
    layers: [
      tf.layers.conv2d({ filters: 4, kernelSize: 3, padding: "same", inputShape: [8, 8, 2] }),
      tf.layers.batchNormalization(),
    ],
  });
  const frozen = dense(5, { name: "frozen", trainable: false });
  const model = tf.sequential({
    layers: [
      inner,
      tf.layers.activation({ activation: "relu" }),
      tf.layers.maxPooling2d({ poolSize: 2 }),
      tf.layers.flatten(),
      tf.layers.dropout({ rate: 0.5 }),
      frozen,
      dense(3, { activation: "softmax" }),
    ],
  });
  model.compile({ optimizer: tf.train.sgd(0.1), loss: "categoricalCrossentropy" });
  return model;
}

function frozenConvnet(): tf.LayersModel {
  const model = convnet();
  // is not saved with the model, and changes the order of its weights
  (model.layers[0] as tf.layers.Layer).trainable = false;
  return model;
}

function twoOutputs(): tf.LayersModel {
  const a = tf.input({ shape: [4], name: "a" });
  const b = tf.input({ shape: [2], name: "b" });
  const hidden = dense(5, { activation: "relu" }).apply(tf.layers.concatenate().apply([a, b]));
  const outputs = [
    dense(2, { name: "one" }).apply(hidden),
    dense(1, { name: "two", activation: "sigmoid" }).apply(hidden),
  ] as tf.SymbolicTensor[];
  const model = tf.model({ inputs: [a, b], outputs });
  const loss = { two: "binaryCrossentropy", one: "meanSquaredError" };
  model.compile({ optimizer: tf.train.adam(0.05), loss });
  return model;
}

const cases: Record<string, [() => tf.LayersModel, () => Dataset, Record<string, unknown>?]> = {
  "an MLP": [mlp, mlpDataset],
  "a convnet with batch normalization and dropout": [
    convnet,
    () => randomDataset([[8, 8, 2]], [[3]]),
  ],
  "a convnet of which a part is frozen": [frozenConvnet, () => randomDataset([[8, 8, 2]], [[3]])],
  "several outputs, with weights": [
    twoOutputs,
    () => randomDataset([[4], [2]], [[2], [1]], { weighted: true }),
    { lossWeights: [1, 3], classWeights: [{ weights: [2, 0.5], coding: "shares" }, null] },
  ],
};

describe.each([
  ["cpu", cpu],
  ["wasm", wasm],
] as const)("on %s", (_, engine) => {
  beforeAll(async () => {
    await setUpPart("backend", engine()).start();
  });

  test.each(Object.keys(cases))("%s: what the learner computes, bit for bit", async (name) => {
    const [make, examples, options] = cases[name] ?? expect.fail();
    const dataset = examples();
    const learner = createLearner(make(), options);
    const replica = await replicaOf(learner, dataset);
    await train(learner, dataset, 2);
    replica.publish(2);
    const wanted = await computed(learner, dataset);
    const found = await replica.compute(request());
    expectSame(found, wanted);
    expect(found.scoredAt).toBe(2);
    const { weights } = await dataset.take(request().ids, request().keys);
    expect(found.weights).toEqual(weights ?? new Float32Array(request().ids.length).fill(1));
  });
});

async function wasmLearner() {
  await setUpPart("backend", wasm()).start();
  const dataset = mlpDataset();
  return { dataset, learner: createLearner(mlp()) };
}

test("computes at the parameters of when it was asked", async () => {
  const { dataset, learner } = await wasmLearner();
  const replica = await replicaOf(learner, dataset);
  const wanted = [];
  const asked = [];
  for (let scoredAt = 0; scoredAt < 6; scoredAt++) {
    await train(learner, dataset, 1);
    replica.publish(scoredAt);
    wanted.push(await computed(learner, dataset));
    asked.push(replica.compute(request()));
  }
  for (const [scoredAt, answer] of asked.entries()) {
    const found = await answer;
    expect(found.scoredAt).toBe(scoredAt);
    expectSame(found, wanted[scoredAt] ?? expect.fail());
  }
});

test("answers come in the order asked, weighted as asked, from any number of threads", async () => {
  const { dataset, learner } = await wasmLearner();
  const replica = await replicaOf(learner, dataset, { workers: 2 });
  replica.publish(1);
  const wanted = await computed(learner, dataset);
  const order: number[] = [];
  const weights = Float32Array.from(request().ids, (_, row) => row);
  const answers = [
    replica.compute({ ...request(), weights }),
    replica.compute(request(Uint32Array.of(5))),
    replica.compute({ ...request(new Uint32Array()), signals: ["loss"] }),
  ];
  await Promise.all(answers.map((answer, at) => answer.then(() => order.push(at))));
  expect(order).toEqual([0, 1, 2]);
  const [first, second, third] = await Promise.all(answers);
  expect(first?.weights).toEqual(weights);
  first?.signals.loss?.forEach((loss, row) =>
    expect(loss).toBeCloseTo(row * (wanted.loss?.[row] ?? NaN), 5),
  );
  expect(first?.signals.probabilities).toEqual(wanted.probabilities);
  expect(second?.signals.loss?.length).toBe(1);
  expect(third?.signals.loss).toEqual(new Float32Array());
});

test("leaves neither threads nor tensors behind", { timeout: 180_000 }, async () => {
  const { dataset, learner } = await wasmLearner();
  const threads = (): string[] =>
    process.getActiveResourcesInfo().filter((name) => /Worker|MessagePort/.test(name));
  const before = [tf.memory().numTensors, threads()];
  for (let round = 0; round < 4; round++) {
    const replica = (await learner.replicate?.(dataset, { workers: 3 })) ?? expect.fail();
    replica.publish(0);
    await replica.compute({ ...request(), signals: SIGNALS });
    const cut = replica.compute(request());
    expect(threads()).not.toEqual(before[1]);
    await Promise.all([
      expect(cut).rejects.toThrow(expect.objectContaining({ code: "SCORING_FAILED" })),
      replica.dispose(),
      replica.dispose(),
    ]);
    replica.publish(1);
    await expect(replica.compute(request())).rejects.toThrow("it is disposed");
  }
  expect([tf.memory().numTensors, threads()]).toEqual(before);
});
