import * as tf from "@tensorflow/tfjs";
import type { HostBatch, Learner } from "@unequal/core";
import { beforeAll, describe, expect, test } from "vitest";
import {
  weightsOf,
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
} from "../../testing/learner-fixtures.js";
import { createLearner } from "../create-learner.js";

beforeAll(async () => {
  await tf.setBackend("cpu");
  await tf.ready();
});

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
    .apply(tf.layers.batchNormalization().apply(joined));
  const one = dense(2, undefined, { name: "one" }).apply(hidden);
  const two = dense(1, "sigmoid", { name: "two" }).apply(hidden);
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

  test("reports the losses of its outputs, weighted by example but not by output, like tfjs", async () => {
    const weights = Float32Array.from({ length: SIZE }, (_, row) => row);
    const learner = createLearner(mixed(), { lossWeights: [1, 3] });
    const take = () => mixedBatch(weights);
    const { loss, metrics } = await learner.evaluate({ size: SIZE, take });
    const { one_loss: one = 0, two_loss: two = 0 } = metrics;
    expect(Math.min(one, two)).toBeGreaterThan(0);
    expect(Math.abs(one + 3 * two - loss)).toBeLessThanOrEqual(1e-4 * loss);
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
