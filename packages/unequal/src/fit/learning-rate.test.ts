import * as tf from "@tensorflow/tfjs";
import { cpu } from "@unequal/backends";
import { setUpPart } from "@unequal/core";
import { beforeAll, describe, expect, test } from "vitest";
import { classes, classifier, quiet } from "../../testing/fit-fixtures.js";
import { ImportanceTraining } from "../importance-training.js";
import type { ImportanceTrainingOptions } from "../options/training-options.js";

beforeAll(async () => {
  await setUpPart("backend", cpu()).start();
});

const followed: ImportanceTrainingOptions = {
  gate: "always",
  scoring: "inline",
  rate: { name: "effective-batch", rise: 1.5 },
};
const shape = { ...quiet, batchSize: 6, epochs: 4 } as const;

/** What this file relies on of tfjs's optimizers beyond their public types. */
interface Rated {
  learningRate: number;
}

/** A model, and what is seen of its learning rate during a fit: φ of each update, and the rate as a callback reads it. */
function watched(optimizer: tf.Optimizer, options: ImportanceTrainingOptions = followed) {
  const model = classifier(optimizer);
  const training = new ImportanceTraining(model, options);
  const rated = optimizer as unknown as Rated;
  const [factors, read]: [number[], number[]] = [[], []];
  training.on("step:end", ({ rate = 1 }) => void factors.push(rate));
  const look = () => void read.push(rated.learningRate);
  const callbacks = { onBatchBegin: look, onBatchEnd: look };
  return { model, training, rated, factors, read, callbacks };
}

describe.each([
  ["sgd", () => tf.train.sgd(0.05), 0.05],
  ["momentum", () => tf.train.momentum(0.05, 0.9), 0.05],
  ["adam", () => tf.train.adam(0.01), 0.01],
])("%s with a rate that follows the batch", (_, make, rate) => {
  test("shows callbacks the user's learning rate at each step, and takes the one that they set", async () => {
    const { x, y } = classes();
    const { training, rated, factors, read, callbacks } = watched(make());
    await training.fit(x, y, { ...shape, callbacks });
    expect(Math.max(...factors)).toBeGreaterThan(1.01);
    expect(new Set(read)).toEqual(new Set([rate]));

    read.length = 0;
    const seen: number[] = [];
    await training.fit(x, y, {
      ...shape,
      callbacks: {
        ...callbacks,
        onEpochBegin: (epoch: number) => {
          rated.learningRate = rate / (1 + epoch);
          if ("setLearningRate" in rated)
            (rated as unknown as tf.SGDOptimizer).setLearningRate(rate / (1 + epoch));
          seen.push(rated.learningRate);
        },
      },
    });
    expect(seen).toEqual([1, 2, 3, 4].map((part) => rate / part));
    expect(new Set(read)).toEqual(new Set(seen));
  });
});

test("a second fit begins with φ = 1, and is the run that a new program would make of the same weights", async () => {
  const { x, y } = classes();
  const twice = watched(tf.train.sgd(0.05));
  await twice.training.fit(x, y, { ...shape, callbacks: twice.callbacks });
  const between = twice.model.getWeights().map((weight) => weight.dataSync().slice());
  twice.factors.length = 0;
  await twice.training.fit(x, y, shape);

  const once = watched(tf.train.sgd(0.05), { ...followed, seed: "0, fit 2" });
  once.model.setWeights(
    once.model
      .getWeights()
      .map((weight, at) => tf.tensor(between[at] as Float32Array, weight.shape)),
  );
  await once.training.fit(x, y, shape);
  expect(twice.factors).toEqual(once.factors);
  expect(twice.model.getWeights().map((weight) => weight.dataSync())).toEqual(
    once.model.getWeights().map((weight) => weight.dataSync()),
  );
});

test("early stopping and stopTraining leave the user's learning rate", async () => {
  const { x, y } = classes();
  const early = watched(tf.train.adam(0.01));
  const { epoch } = await early.training.fit(x, y, {
    ...shape,
    epochs: 30,
    validationSplit: 0.2,
    callbacks: tf.callbacks.earlyStopping({ monitor: "val_loss", patience: 1, minDelta: 10 }),
  });
  expect(epoch.length).toBeLessThan(4);
  expect(early.rated.learningRate).toBe(0.01);

  const stopped = watched(tf.train.adam(0.01));
  await stopped.training.fit(x, y, {
    ...shape,
    callbacks: {
      onBatchEnd: () => {
        stopped.model.stopTraining = stopped.factors.length >= 60;
      },
    },
  });
  expect(stopped.factors).toHaveLength(60);
  expect(stopped.factors.at(-1)).toBeGreaterThan(1);
  expect(stopped.rated.learningRate).toBe(0.01);
});

test("φ is 1 on uniform updates, and starts from 1 when importance sampling comes on again", async () => {
  const { x, y } = classes();
  const gate = {
    name: "any",
    of: [
      { name: "window", end: 60 },
      { name: "window", start: 70 },
    ],
  };
  const { training, factors } = watched(tf.train.adam(0.01), { ...followed, gate });
  await training.fit(x, y, shape);
  expect(factors[59]).toBeGreaterThan(1.01);
  expect(factors.slice(60, 70)).toEqual(new Array(10).fill(1));
  expect(factors[70]).toBe(1);
  expect(factors.at(-1)).toBeGreaterThan(1.005);
});

describe("by default the learning rate", () => {
  const last = async (optimizer: tf.Optimizer, options: ImportanceTrainingOptions) => {
    const { x, y } = classes();
    const { training, factors } = watched(optimizer, options);
    const warnings: string[] = [];
    training.on("warning", ({ code }) => void warnings.push(code));
    await training.fit(x, y, { ...shape, epochs: 8 });
    return { largest: Math.max(...factors), warnings };
  };
  // always open, but goes by the gain
  const gate = { name: "any", of: ["always", "total-variation"] };

  test("follows the batch where the gate goes by the gain", async () => {
    expect((await last(tf.train.adam(0.01), { gate })).largest).toBeGreaterThan(1.01);
  });

  test.each([
    ["by one word", { rate: "fixed" }],
    ["under another gate", { gate: "always" }],
    ["under biased weights", { weighting: "none" }],
    ["under another estimator", { estimator: "svrg" }],
  ])("stays as it is %s, without a warning", async (_, options) => {
    const { largest, warnings } = await last(tf.train.adam(0.01), { gate, ...options });
    expect(largest).toBe(1);
    expect(warnings).not.toContain("RATE_UNSCALED");
  });

  test("stays as it is for an optimizer that remembers its steps; asked for, that is a warning", async () => {
    const make = () => tf.train.rmsprop(0.01, 0.9, 0.9);
    const quietly = await last(make(), { gate });
    expect(quietly.largest).toBe(1);
    expect(quietly.warnings).not.toContain("RATE_UNSCALED");
    const asked = await last(make(), { gate, rate: "effective-batch" });
    expect(asked.largest).toBe(1);
    expect(asked.warnings.filter((code) => code === "RATE_UNSCALED")).toHaveLength(1);
  });
});
