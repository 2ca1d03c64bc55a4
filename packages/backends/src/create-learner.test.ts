import * as tf from "@tensorflow/tfjs";
import type { HostBatch } from "@unequal/core";
import { beforeAll, describe, expect, test } from "vitest";
import {
  type Column,
  column,
  tensor,
  SIZE,
  host,
  classTargets,
  all,
  equal,
  quiet,
  dense,
  compile,
  classifiers,
  weightsOf,
} from "../testing/learner-fixtures.js";
import { createLearner } from "./create-learner.js";
import { functionModel } from "./models/function-model.js";

beforeAll(async () => {
  await tf.setBackend("cpu");
  await tf.ready();
});

test("masks are left out by default, as tfjs does, and applied with mask: true", async () => {
  const model = tf.sequential({
    layers: [
      tf.layers.embedding({
        inputDim: 5,
        outputDim: 3,
        maskZero: true,
        inputLength: 4,
        embeddingsInitializer: tf.initializers.randomUniform({ seed: 4 }),
      }),
      tf.layers.timeDistributed({ layer: dense(2, "softmax") }),
    ],
  });
  model.compile({ optimizer: "sgd", loss: "categoricalCrossentropy" });
  const ids = [
    [1, 2, 0, 0],
    [3, 4, 1, 2],
    [0, 0, 0, 0],
    ...Array.from({ length: 5 }, () => [1, 1, 1, 0]),
  ];
  const batch: HostBatch = {
    size: SIZE,
    inputs: [{ data: Float32Array.from(ids.flat()), shape: [SIZE, 4], dtype: "float32" }],
    targets: [
      {
        data: Float32Array.from({ length: SIZE * 8 }, (_, at) => (at + 1) % 2),
        shape: [SIZE, 4, 2],
        dtype: "float32",
      },
    ],
  };
  const p = (model.predict(tf.tensor2d(ids)) as tf.Tensor3D).arraySync();
  for (const mask of [false, true]) {
    const learner = createLearner(model, { mask });
    const device = learner.upload(batch);
    const { loss, "upper-bound": bound } = await learner.compute(["loss", "upper-bound"], device);
    ids.forEach((row, i) => {
      const m = row.map((id) => (mask ? Number(id !== 0) : 1));
      const total = Math.max(
        1,
        m.reduce((a, b) => a + b, 0),
      );
      const steps = p[i] as number[][];
      const naive = steps.reduce(
        (sum, [first = 1], step) => sum - ((m[step] as number) * Math.log(first)) / total,
        0,
      );
      const square = steps.reduce(
        (sum, [first = 1, second = 0], step) =>
          sum + ((m[step] as number) / total) ** 2 * ((first - 1) ** 2 + second ** 2),
        0,
      );
      expect(loss?.[i]).toBeCloseTo(naive, 5);
      expect(bound?.[i]).toBeCloseTo(Math.sqrt(square), 5);
    });
  }
});

test("a custom per-example loss trains, and its upper bound is autodiff's", async () => {
  const model = tf.sequential({ layers: [dense(2, "tanh", { inputShape: [4] })] });
  const cubed = (y: tf.Tensor, p: tf.Tensor) => tf.sum(tf.pow(tf.abs(tf.sub(y, p)), 3), -1);
  model.compile({ optimizer: "sgd", loss: cubed });
  const learner = createLearner(model);
  const batch = host([[4]], [[2]]);
  const device = learner.upload(batch);
  const { "upper-bound": bound } = await learner.compute(["upper-bound"], device);
  const p = (model.predict(tensor(batch.inputs)) as tf.Tensor2D).arraySync();
  const y = column(batch.targets).data;
  p.forEach((row, i) => {
    const g = row.map((value, d) => 3 * (value - (y[2 * i + d] as number)) ** 2 * (1 - value ** 2));
    expect(Math.abs((bound?.[i] as number) - Math.hypot(...g))).toBeLessThanOrEqual(1e-5);
  });
});

test("the absolute error has no upper bound to rank by, and says so", () => {
  const model = tf.sequential({ layers: [dense(2, undefined, { inputShape: [4] })] });
  model.compile({ optimizer: "sgd", loss: "meanAbsoluteError" });
  expect(createLearner(model).signals.has("upper-bound")).toBe(false);
  expect(createLearner(model).explainMissing("upper-bound")).toMatch(/same gradient norm/);
  expect(createLearner(model, { weighted: true }).signals.has("upper-bound")).toBe(true);
});

test("as-compiled trains the clipped loss and still scores from the logits", async () => {
  const model = tf.sequential({
    layers: [dense(3, "softmax", { inputShape: [4], kernelInitializer: "ones" })],
  });
  model.compile({ ...compile, optimizer: tf.train.sgd(0.1) });
  model.setWeights([
    tf.mul(
      tf.tensor2d([
        [1, 0, 0],
        [0, 0, 0],
        [0, 0, 0],
        [0, 0, 0],
      ]),
      100,
    ),
    tf.zeros([3]),
  ]);
  const batch: HostBatch = {
    size: 1,
    inputs: [{ data: Float32Array.of(1, 0, 0, 0), shape: [1, 4], dtype: "float32" }],
    targets: [{ data: Float32Array.of(0, 1, 0), shape: [1, 3], dtype: "float32" }],
  };
  const { loss, "upper-bound": bound } = await (async () => {
    const learner = createLearner(model, { loss: "as-compiled" });
    return learner.compute(["loss", "upper-bound"], learner.upload(batch));
  })();
  expect(loss?.[0]).toBeCloseTo(-Math.log(1e-7), 3);
  expect(bound?.[0]).toBeCloseTo(Math.SQRT2, 4);
  const logits = createLearner(model);
  expect((await logits.compute(["loss"], logits.upload(batch))).loss?.[0]).toBeCloseTo(100, 3);
});

test("a plain function with variables learns a line", async () => {
  const slope = tf.variable(tf.scalar(0));
  const learner = createLearner(
    functionModel({
      variables: [slope],
      optimizer: tf.train.sgd(0.1),
      forward: ([x]) => tf.mul(x as tf.Tensor, slope),
      loss: (y, z) => tf.sum(tf.square(tf.sub(y, z)), -1),
    }),
  );
  const xs = Float32Array.from({ length: SIZE }, (_, row) => row / SIZE);
  const vector = (data: Float32Array) => ({ data, shape: [SIZE, 1], dtype: "float32" as const });
  const device = learner.upload({
    size: SIZE,
    inputs: [vector(xs)],
    targets: [vector(xs.map((x) => 2 * x))],
  });
  const signals = await learner.compute(["upper-bound", "gradient-norm"], device);
  xs.forEach((x, row) => {
    expect(signals["upper-bound"]?.[row]).toBeCloseTo(4 * x, 5);
    expect(signals["gradient-norm"]?.[row]).toBeCloseTo(4 * x * x, 5);
  });
  for (let step = 0; step < 200; step++)
    await learner.step({ batch: device, rows: all, coefficients: equal }, quiet);
  expect((await slope.data())[0]).toBeCloseTo(2, 3);
});

test("weight decay takes rate · decay off the kernels and leaves biases alone", async () => {
  const model = tf.sequential({
    layers: [dense(2, undefined, { inputShape: [4], biasInitializer: "ones" })],
  });
  model.compile({ optimizer: tf.train.sgd(0.5), loss: "meanSquaredError" });
  const before = (await weightsOf(model)) as [number[], number[]];
  const learner = createLearner(model, { weightDecay: 0.1 });
  const device = learner.upload(host([[4]], [[2]]));
  await learner.step({ batch: device, rows: all, coefficients: new Float32Array(SIZE) }, quiet);
  const after = (await weightsOf(model)) as [number[], number[]];
  after[0].forEach((value, at) => expect(value).toBeCloseTo(0.95 * (before[0][at] as number), 6));
  expect(after[1]).toEqual(before[1]);
});

test("evaluates means over the dataset, with the error of classes", async () => {
  const model = classifiers["a fused softmax"]?.() as tf.LayersModel;
  model.compile({ ...compile, optimizer: "sgd" });
  const batch = classTargets(host([[4]], [[3]]), 3);
  const slice = (columns: HostBatch["inputs"], ids: Uint32Array): Column[] => {
    const { data, shape } = column(columns);
    const width = shape[1] as number;
    const rows = [...ids].flatMap((id) => [...data.subarray(id * width, (id + 1) * width)]);
    return [{ data: Float32Array.from(rows), shape: [ids.length, width], dtype: "float32" }];
  };
  const dataset = {
    size: SIZE,
    take: (ids: Uint32Array) => ({
      size: ids.length,
      inputs: slice(batch.inputs, ids),
      targets: slice(batch.targets, ids),
    }),
  };
  const found = await createLearner(model).evaluate(dataset, { batchSize: 3 });
  const [loss, accuracy] = (
    model.evaluate(tensor(batch.inputs), tensor(batch.targets)) as tf.Scalar[]
  ).map((each) => each.dataSync()[0] as number);
  expect(found.loss).toBeCloseTo(loss as number, 5);
  expect(found.metrics.acc).toBeCloseTo(accuracy as number, 5);
  expect(found.metrics.error).toBeCloseTo(1 - (accuracy as number), 5);
});

test("an exported model loads in plain tfjs and predicts the same", async () => {
  const model = classifiers["a fused softmax"]?.() as tf.LayersModel;
  model.compile({ ...compile, optimizer: "sgd" });
  const { files } = await createLearner(model).exportModel();
  const manifest = JSON.parse(new TextDecoder().decode(files["model.json"])) as {
    modelTopology: object;
    weightsManifest: { weights: tf.io.WeightsManifestEntry[] }[];
  };
  const weightData = (files["weights.bin"] as Uint8Array).slice().buffer;
  const loaded = await tf.loadLayersModel(
    tf.io.fromMemory({
      modelTopology: manifest.modelTopology,
      weightSpecs: manifest.weightsManifest[0]?.weights ?? [],
      weightData,
    }),
  );
  const x = tf.ones([2, 4]);
  expect((loaded.predict(x) as tf.Tensor).arraySync()).toEqual(
    (model.predict(x) as tf.Tensor).arraySync(),
  );
});

describe("bad input is a coded error", () => {
  const compiled = (): tf.LayersModel => {
    const model = classifiers["a fused softmax"]?.() as tf.LayersModel;
    model.compile({ ...compile, optimizer: "sgd" });
    return model;
  };
  test.each([
    ["MODEL_UNSUPPORTED", () => createLearner({})],
    ["MODEL_NOT_COMPILED", () => createLearner(classifiers["a fused softmax"]?.())],
    ["OPTION_INVALID", () => createLearner(compiled(), { weihgtDecay: 1 })],
    ["SHAPE_MISMATCH", () => createLearner(compiled()).upload(host([[5]], [[3]]))],
    ["SHAPE_MISMATCH", () => createLearner(compiled()).upload(host([[4]], [[2]]))],
    ["SHAPE_MISMATCH", () => createLearner(compiled()).upload(host([[4], [4]], [[3]]))],
  ])("%s", (code, run) => {
    expect(run).toThrow(expect.objectContaining({ code }) as Error);
  });
});

test.each<[string, RegExp, () => unknown]>([
  [
    "DATASET_INVALID",
    /from 0 to 2, .* but row \(of this batch\) 1 has 3/,
    () => {
      const layers = [tf.layers.dense({ units: 3, inputShape: [1], activation: "softmax" })];
      const model = tf.sequential({ layers });
      model.compile({ optimizer: "sgd", loss: "sparseCategoricalCrossentropy" });
      const ids = { data: Int32Array.of(0, 3), shape: [2], dtype: "int32" } as const;
      return createLearner(model).upload({ size: 2, inputs: [ids], targets: [ids] });
    },
  ],
  [
    "MODEL_UNSUPPORTED",
    /loss\(targets, z\) }, but optimizer and loss are missing/,
    () => functionModel({ variables: [], forward: ([x]: tf.Tensor[]) => x } as never),
  ],
])("%s: %s", (code, message, run) => {
  expect(run).toThrow(
    expect.objectContaining({ code, message: expect.stringMatching(message) as string }) as Error,
  );
});
