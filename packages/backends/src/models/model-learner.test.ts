import * as tf from "@tensorflow/tfjs";
import { createRandom, type HostBatch, type Learner } from "@unequal/core";
import { beforeAll, describe, expect, test } from "vitest";
import { createLearner } from "./create-learner.js";
import { functionModel } from "./function-model.js";

beforeAll(async () => {
  await tf.setBackend("cpu");
  await tf.ready();
});

interface Column {
  readonly data: Float32Array;
  readonly shape: number[];
  readonly dtype: "float32";
}

function column(columns: HostBatch["inputs"], at = 0): Column {
  return (columns as unknown as readonly Column[])[at] as Column;
}

function tensor(columns: HostBatch["inputs"], at = 0): tf.Tensor {
  const { data, shape } = column(columns, at);
  return tf.tensor(data, shape);
}

const SIZE = 8;
const random = createRandom(3);

function host(inputs: number[][], targets: number[][], weights?: Float32Array): HostBatch {
  const columns = (shapes: number[][]) =>
    shapes.map((shape) => {
      const data = Float32Array.from(
        { length: shape.reduce((a, b) => a * b, SIZE) },
        () => random.uniform() - 0.5,
      );
      return { data, shape: [SIZE, ...shape], dtype: "float32" as const };
    });
  return {
    size: SIZE,
    inputs: columns(inputs),
    targets: columns(targets),
    ...(weights && { weights }),
  };
}

function classTargets(batch: HostBatch, classes: number): HostBatch {
  const data = new Float32Array(SIZE * classes);
  for (let row = 0; row < SIZE; row++) data[row * classes + random.integer(classes)] = 1;
  return { ...batch, targets: [{ data, shape: [SIZE, classes], dtype: "float32" }] };
}

const all = Int32Array.from({ length: SIZE }, (_, row) => row);
const equal = new Float32Array(SIZE).fill(1 / SIZE);
const quiet = { noise: 1, signals: [] };

function dense(units: number, activation: string | undefined, extra = {}): tf.layers.Layer {
  return tf.layers.dense({
    units,
    kernelInitializer: tf.initializers.glorotNormal({ seed: 7 + units }),
    ...(activation && { activation: activation as "relu" }),
    ...extra,
  });
}

const compile = { loss: "categoricalCrossentropy", metrics: ["accuracy"] };

/** Five ways to write the same softmax classifier. */
const classifiers: Record<string, () => tf.LayersModel> = {
  "a fused softmax": () =>
    tf.sequential({ layers: [dense(6, "tanh", { inputShape: [4] }), dense(3, "softmax")] }),
  "an Activation layer": () =>
    tf.sequential({
      layers: [
        dense(6, "tanh", { inputShape: [4] }),
        dense(3, undefined),
        tf.layers.activation({ activation: "softmax" }),
      ],
    }),
  "a Softmax layer": () =>
    tf.sequential({
      layers: [
        dense(6, "tanh", { inputShape: [4] }),
        dense(3, undefined),
        tf.layers.softmax({ axis: -1 }),
      ],
    }),
  "a nested model": () => {
    const inner = tf.sequential({ layers: [dense(3, "softmax", { inputShape: [6] })] });
    return tf.sequential({ layers: [dense(6, "tanh", { inputShape: [4] }), inner] });
  },
  "a functional model": () => {
    const input = tf.input({ shape: [4] });
    const output = dense(3, "softmax").apply(dense(6, "tanh").apply(input)) as tf.SymbolicTensor;
    return tf.model({ inputs: input, outputs: output });
  },
};

describe.each(Object.keys(classifiers))("a classifier with %s", (name) => {
  test("offers the upper bound of its logits, and trains as trainOnBatch does", async () => {
    const batch = classTargets(host([[4]], [[3]]), 3);
    const [ours, theirs] = [
      classifiers[name]?.() as tf.LayersModel,
      classifiers[name]?.() as tf.LayersModel,
    ];
    ours.compile({ ...compile, optimizer: tf.train.adam(0.01) });
    theirs.compile({ ...compile, optimizer: tf.train.adam(0.01) });
    const learner = createLearner(ours);
    const device = learner.upload(batch);
    const x = tensor(batch.inputs);
    const y = tensor(batch.targets);

    const { "upper-bound": bound } = await learner.compute(["upper-bound"], device);
    const p = (ours.predict(x) as tf.Tensor).arraySync() as number[][];
    const t = y.arraySync() as number[][];
    p.forEach((row, i) => {
      const naive = Math.hypot(...row.map((value, c) => value - (t[i]?.[c] as number)));
      expect(Math.abs((bound?.[i] as number) - naive)).toBeLessThanOrEqual(1e-5);
    });
    for (let step = 0; step < 5; step++) {
      const result = await learner.step({ batch: device, rows: all, coefficients: equal }, quiet);
      const [loss, accuracy] = (await theirs.trainOnBatch(x, y)) as number[];
      expect(Math.abs(result.loss - (loss as number))).toBeLessThanOrEqual(1e-5);
      expect(Math.abs((result.metrics.acc as number) - (accuracy as number))).toBeLessThanOrEqual(
        1e-5,
      );
    }
    ours.getWeights().forEach((weight, at) => {
      const other = theirs.getWeights()[at] as tf.Tensor;
      expect(tf.max(tf.abs(tf.sub(weight, other))).dataSync()[0]).toBeLessThanOrEqual(1e-5);
    });
  });
});

function mixed(): tf.LayersModel {
  const a = tf.input({ shape: [4], name: "a" });
  const b = tf.input({ shape: [2], name: "b" });
  const regularizer = tf.regularizers.l2({ l2: 0.1 });
  const joined = tf.layers
    .concatenate()
    .apply([dense(5, "relu", { kernelRegularizer: regularizer }).apply(a) as tf.SymbolicTensor, b]);
  const hidden = tf.layers
    .dropout({ rate: 0.5 })
    .apply(tf.layers.batchNormalization().apply(joined as tf.SymbolicTensor));
  const one = dense(2, undefined, { name: "one" }).apply(hidden as tf.SymbolicTensor);
  const two = dense(1, "sigmoid", { name: "two" }).apply(hidden as tf.SymbolicTensor);
  const model = tf.model({
    inputs: [a, b],
    outputs: [one as tf.SymbolicTensor, two as tf.SymbolicTensor],
  });
  model.compile({
    optimizer: tf.train.rmsprop(0.01, 0.9, 0.5),
    loss: ["meanSquaredError", "binaryCrossentropy"],
  });
  return model;
}

function mixedBatch(weights?: Float32Array): HostBatch {
  return host([[4], [2]], [[2], [1]], weights);
}

async function weightsOf(model: tf.LayersModel): Promise<number[][]> {
  return Promise.all(model.getWeights().map(async (weight) => [...(await weight.data())]));
}

describe("a model with two inputs, two outputs, dropout, batch normalization and a regulariser", () => {
  test("its upper bound joins the outputs by the root of the sum of squares, times the weight", async () => {
    const weights = Float32Array.from({ length: SIZE }, (_, row) => row);
    const model = mixed();
    const learner = createLearner(model, { lossWeights: [1, 3] });
    const batch = mixedBatch(weights);
    const device = learner.upload(batch);
    const { "upper-bound": bound } = await learner.compute(["upper-bound"], device);
    const [one, two] = model.predict([
      tensor(batch.inputs, 0),
      tensor(batch.inputs, 1),
    ]) as tf.Tensor2D[];
    const [z, p, y, t] = [one, two, tensor(batch.targets, 0), tensor(batch.targets, 1)].map(
      (each) => (each as tf.Tensor).arraySync() as number[][],
    );
    for (let i = 0; i < SIZE; i++) {
      const mse = (z?.[i] as number[]).map(
        (value, d) => (2 / 2) * (value - (y?.[i]?.[d] as number)),
      );
      const bce = 3 * ((p?.[i]?.[0] as number) - (t?.[i]?.[0] as number));
      expect(Math.abs((bound?.[i] as number) - i * Math.hypot(...mse, bce))).toBeLessThanOrEqual(
        1e-5,
      );
    }
  });

  test("scoring runs in inference mode: repeatable, and nothing changes", async () => {
    const model = mixed();
    const learner = createLearner(model);
    const device = learner.upload(mixedBatch());
    const before = await weightsOf(model);
    const first = await learner.compute(
      ["loss", "upper-bound", "gradient-norm", "probabilities"],
      device,
    );
    const second = await learner.compute(
      ["loss", "upper-bound", "gradient-norm", "probabilities"],
      device,
      { chunk: 3 },
    );
    for (const name of Object.keys(first)) {
      first[name]?.forEach((value, at) => expect(second[name]?.[at]).toBeCloseTo(value, 5));
    }
    expect(first.probabilities?.length).toBe(SIZE * 3);
    expect(await weightsOf(model)).toEqual(before);
  });

  test("the gradient is that of Σ coefficient · ℓ + regulariser, and linear in the coefficients", async () => {
    const model = mixed();
    const learner = createLearner(model);
    const device = learner.upload(mixedBatch());
    const options = { noise: 5, mode: "inference" as const, regulariser: false, signals: [] };
    const gradientOf = async (coefficients: Float32Array, regulariser: boolean) => {
      const { gradient } = await learner.gradient(
        { batch: device, rows: all, coefficients },
        { ...options, regulariser },
      );
      const values = await learner.read(gradient);
      gradient.dispose();
      return values.flatMap((each) => [...each]);
    };
    const one = Float32Array.from({ length: SIZE }, (_, row) => row / 10);
    const two = Float32Array.from({ length: SIZE }, (_, row) => 1 - row / 7);
    const [g1, g2] = [await gradientOf(one, false), await gradientOf(two, false)];
    const joined = await gradientOf(
      one.map((value, at) => 2 * value - (two[at] as number)),
      false,
    );
    joined.forEach((value, at) =>
      expect(value).toBeCloseTo(2 * (g1[at] as number) - (g2[at] as number), 4),
    );
    const penalised = await gradientOf(one, true);
    const kernel = await (
      model.trainableWeights.find(({ name }) => name.includes("kernel"))?.read() as tf.Tensor
    ).data();
    kernel.forEach((value, at) =>
      expect((penalised[at] as number) - (g1[at] as number)).toBeCloseTo(0.2 * value, 5),
    );
  });

  test("same noise seed, same dropout; another seed, another", async () => {
    const losses = async (noise: number) => {
      const learner = createLearner(mixed());
      const device = learner.upload(fixed);
      const { loss } = await learner.step(
        { batch: device, rows: all, coefficients: equal },
        { noise, signals: [] },
      );
      return loss;
    };
    const fixed = mixedBatch();
    expect(await losses(11)).toBe(await losses(11));
    expect(await losses(11)).not.toBe(await losses(12));
  });

  test("continues bit for bit from its state, optimizer and moving statistics included", async () => {
    const fixed = mixedBatch();
    const steps = async (learner: Learner, from: number, to: number) => {
      const device = learner.upload(fixed);
      const losses: number[] = [];
      for (let noise = from; noise < to; noise++) {
        losses.push(
          (
            await learner.step(
              { batch: device, rows: all, coefficients: equal },
              { noise, signals: [] },
            )
          ).loss,
        );
      }
      device.dispose();
      return losses;
    };
    const model = mixed();
    const learner = createLearner(model);
    await steps(learner, 1, 4);
    const saved = await learner.state();
    const went = await steps(learner, 4, 8);
    const other = createLearner(mixed());
    await steps(other, 20, 22);
    await other.restore(saved);
    expect(await steps(other, 4, 8)).toEqual(went);
  });

  test("leaks nothing", async () => {
    const learner = createLearner(mixed());
    const use = async () => {
      const device = learner.upload(mixedBatch());
      const rows = Int32Array.of(6, 2, 3);
      const picked = { batch: device, rows, coefficients: Float32Array.of(0.1, 0.2, 0.3) };
      await learner.compute(["loss", "upper-bound", "gradient-norm", "probabilities"], device, {
        chunk: 3,
      });
      const snapshot = learner.parameters();
      await learner.step(picked, { noise: 3, signals: ["loss", "upper-bound"] });
      const { gradient } = await learner.gradient(picked, {
        at: snapshot,
        noise: 3,
        mode: "training",
        regulariser: true,
        signals: [],
      });
      const sum = learner.combine([
        [2, gradient],
        [1, gradient],
      ]);
      learner.apply(sum);
      learner.assign(snapshot);
      const copy = learner.write(await learner.read(snapshot));
      for (const each of [device, snapshot, gradient, sum, copy]) each.dispose();
      await learner.restore(await learner.state());
    };
    await use();
    const before = tf.memory().numTensors;
    await use();
    await use();
    expect(tf.memory().numTensors).toBe(before);
  });
});

test("rows are gathered: a step on some rows equals a step on a batch of only these", async () => {
  const batch = classTargets(host([[4]], [[3]]), 3);
  const rows = Int32Array.of(5, 1, 6);
  const pick = ({ data: from }: Column): Column => {
    const width = from.length / SIZE;
    const data = Float32Array.from(
      [...rows].flatMap((row) => [...from.subarray(row * width, (row + 1) * width)]),
    );
    return { data, shape: [rows.length, width], dtype: "float32" as const };
  };
  const small: HostBatch = {
    size: 3,
    inputs: [pick(column(batch.inputs))],
    targets: [pick(column(batch.targets))],
  };
  const coefficients = Float32Array.of(0.5, 0.2, 0.3);
  const losses: number[][] = [];
  for (const [given, named] of [
    [batch, rows],
    [small, Int32Array.of(0, 1, 2)],
  ] as const) {
    const model = classifiers["a fused softmax"]?.() as tf.LayersModel;
    model.compile({ ...compile, optimizer: tf.train.sgd(0.5) });
    const learner = createLearner(model);
    const device = learner.upload(given);
    const first = await learner.step({ batch: device, rows: named, coefficients }, quiet);
    const second = await learner.step(
      { batch: device, rows: named, coefficients },
      { noise: 1, signals: ["upper-bound"] },
    );
    losses.push([first.loss, second.loss, ...(second.signals["upper-bound"] as Float32Array)]);
  }
  losses[0]?.forEach((value, at) => expect(value).toBeCloseTo(losses[1]?.[at] as number, 6));
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
