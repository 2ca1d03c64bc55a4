import * as tf from "@tensorflow/tfjs";
import type { Dataset } from "@unequal/core";
import { toyDataset } from "@unequal/core/testing";
import { beforeAll, expect, test } from "vitest";
import { createLearner } from "../create-learner.js";
import { functionModel } from "./function-model.js";

beforeAll(async () => {
  await tf.setBackend("cpu");
  await tf.ready();
});

function model(activation: "linear" | "tanh"): tf.Sequential {
  const sequential = tf.sequential({
    layers: [tf.layers.dense({ units: 4, activation, inputShape: [3] })],
  });
  sequential.compile({ optimizer: tf.train.sgd(0.1), loss: "meanSquaredError" });
  return sequential;
}

async function hostOf(dataset: Dataset) {
  const ids = Uint32Array.from({ length: dataset.size }, (_, id) => id);
  return dataset.take(ids, new Uint32Array(dataset.size));
}

test("offers the outputs with their activation as the embedding, and nothing of a loss", async () => {
  const layers = model("tanh");
  const learner = createLearner(layers, { loss: "none" });
  expect([...learner.signals]).toEqual([["embedding", "free"]]);
  expect(learner.explainMissing("loss")).toContain('loss "none"');
  const host = await hostOf(toyDataset({ size: 10 }));
  const batch = learner.upload(host);
  const { embedding } = await learner.compute(["embedding"], batch, { chunk: 4 });
  const [{ data } = { data: [] }] = Object.values(host.inputs) as { data: ArrayLike<number> }[];
  const x = tf.tensor2d(Array.from(data), [10, 3]);
  const wanted = (layers.predict(x) as tf.Tensor).dataSync();
  wanted.forEach((value, at) => expect(embedding?.[at]).toBeCloseTo(value, 5));
  await expect(learner.compute(["loss"], batch)).rejects.toThrow(
    expect.objectContaining({ code: "SIGNAL_UNAVAILABLE" }),
  );
});

test("uploads no targets: theirs may be of any shape", async () => {
  const learner = createLearner(model("linear"), { loss: "none" });
  const host = await hostOf(toyDataset({ size: 6 }));
  const before = tf.memory().numTensors;
  const batch = learner.upload({ ...host, targets: [] });
  expect(tf.memory().numTensors - before).toBe(2);
  batch.dispose();
  expect(tf.memory().numTensors).toBe(before);
});

test("pulls back through the activation, and refuses steps along a loss", async () => {
  const layers = model("tanh");
  const learner = createLearner(layers, { loss: "none" });
  const host = await hostOf(toyDataset({ size: 5 }));
  const batch = learner.upload(host);
  const rows = Int32Array.of(0, 2, 3);
  const options = { noise: 1, mode: "training", regulariser: true } as const;
  const handle = await learner.pullback({ batch, rows }, (z) => z.map((v) => 2 * v), options);
  const [kernel] = await learner.read(handle);
  const [{ data } = { data: [] }] = Object.values(host.inputs) as { data: ArrayLike<number> }[];
  const x = Array.from(rows, (row) => [0, 1, 2].map((at) => data[row * 3 + at] as number));
  const z = (layers.predict(tf.tensor2d(x)) as tf.Tensor).arraySync() as number[][];
  // ∂ Σ z² / ∂W_kd = Σ_i x_ik 2 z_id (1 − z_id²)
  kernel?.forEach((value, at) => {
    const [k, d] = [Math.floor(at / 4), at % 4];
    const wanted = x.reduce((sum, row, i) => {
      const out = z[i]?.[d] as number;
      return sum + (row[k] as number) * 2 * out * (1 - out * out);
    }, 0);
    expect(value).toBeCloseTo(wanted, 4);
  });
  const weighted = { batch, rows, coefficients: new Float32Array(3).fill(1) };
  const unsupported = expect.objectContaining({ code: "ESTIMATOR_UNSUPPORTED" });
  await expect(learner.step(weighted, { noise: 1, signals: [] })).rejects.toThrow(unsupported);
  await expect(learner.gradient(weighted, { ...options, signals: [] })).rejects.toThrow(
    unsupported,
  );
});

test("a function's embedding is its predictions", async () => {
  const w = tf.variable(tf.tensor2d([1, 2, 0, 1, 1, 1], [3, 2]));
  const learner = createLearner(
    functionModel({
      variables: [w],
      optimizer: tf.train.sgd(0.1),
      forward: ([x]) => tf.matMul(x as tf.Tensor, w),
      loss: () => tf.zeros([1]),
      predictions: (z) => tf.sigmoid(z),
    }),
    { loss: "none" },
  );
  const column = { data: Float32Array.of(1, 0, -1), shape: [1, 3], dtype: "float32" } as const;
  const batch = learner.upload({ size: 1, inputs: [column], targets: [] });
  const { embedding } = await learner.compute(["embedding"], batch);
  expect(embedding?.[0]).toBeCloseTo(0.5, 6);
  expect(embedding?.[1]).toBeCloseTo(1 / (1 + Math.exp(-1)), 6);
});

/** Examples whose inputs are given, of one class each. */
function labelled(points: readonly (readonly number[])[], labels: readonly number[]): Dataset {
  return {
    name: "points",
    size: points.length,
    take: (ids) => ({
      size: ids.length,
      inputs: [
        {
          data: Float32Array.from([...ids].flatMap((id) => [...(points[id] ?? [])])),
          shape: [ids.length, 3],
          dtype: "float32",
        },
      ],
      targets: [],
    }),
    labels: () => Int32Array.from(labels),
  };
}

function identity(): tf.Sequential {
  const sequential = tf.sequential({
    layers: [tf.layers.dense({ units: 3, inputShape: [3], kernelInitializer: "identity" })],
  });
  sequential.compile({ optimizer: tf.train.sgd(0.1), loss: "meanSquaredError" });
  return sequential;
}

test("evaluates to 1 − precision@1 of normalised outputs, each example left out", async () => {
  const points = [
    [1, 0, 0],
    [9, 1, 0],
    [0, 2, 0],
    [0, 1, 0.1],
    [1, 0.9, 0],
  ];
  const learner = createLearner(identity(), { loss: "none" });
  const right = await learner.evaluate(labelled(points, [0, 0, 1, 1, 0]), { batchSize: 2 });
  // Directions: (1, 0), (9, 1) near to it, (0, 2) and (0, 1, .1) near to each other, (1, .9) nearest to (9, 1).
  expect(right).toEqual({ loss: 0, metrics: { error: 0 } });
  const wrong = await learner.evaluate(labelled(points, [0, 0, 1, 1, 1]));
  expect(wrong.metrics.error).toBeCloseTo(0.2, 9);
  expect(wrong.loss).toBe(wrong.metrics.error);
});

test("evaluates 2,000 examples, evenly spread, of a larger dataset", async () => {
  const taken = new Set<number>();
  const size = 5000;
  const points = Array.from({ length: size }, (_, id) => [1 + (id % 2), 2 - (id % 2), 0.5]);
  const dataset = labelled(
    points,
    points.map((_, id) => id % 2),
  );
  const watched: Dataset = {
    ...dataset,
    take: (ids, keys) => {
      for (const id of ids) taken.add(id);
      return dataset.take(ids, keys);
    },
  };
  const { metrics } = await createLearner(identity(), { loss: "none" }).evaluate(watched);
  expect(metrics.error).toBe(0);
  expect(taken.size).toBe(2000);
  expect(Math.max(...taken)).toBe(4997);
});

test("evaluation without labels is an error", async () => {
  const { labels: _, ...bare } = labelled([[1, 0, 0]], [0]);
  await expect(createLearner(identity(), { loss: "none" }).evaluate(bare)).rejects.toThrow(
    expect.objectContaining({ code: "LABELS_MISSING" }),
  );
});
