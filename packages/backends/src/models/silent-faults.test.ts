import * as tf from "@tensorflow/tfjs";
import { setUpPart, type Learner } from "@unequal/core";
import { beforeAll, describe, expect, test } from "vitest";
import { cpu } from "../engines/cpu.js";
import { createLearner } from "../create-learner.js";
import { functionModel } from "./function-model.js";

beforeAll(async () => {
  await setUpPart("backend", cpu()).start();
});

const numbers = (rows: number, width: number) => ({
  data: Float32Array.from({ length: rows * width }, (_, at) => at % 3),
  shape: [rows, width],
  dtype: "float32" as const,
});

function stepOn(learner: Learner, width: number) {
  const batch = learner.upload({ size: 2, inputs: [numbers(2, width)], targets: [numbers(2, 1)] });
  const rows = { batch, rows: Int32Array.of(0, 1), coefficients: Float32Array.of(0.5, 0.5) };
  return learner.step(rows, { noise: 1, signals: [] }).finally(() => batch.dispose());
}

describe("a loss without a gradient is a coded error", () => {
  const coded = expect.objectContaining({ code: "LOSS_CONSTANT" }) as Error;
  const layered = (loss: (y: tf.Tensor, z: tf.Tensor) => tf.Tensor): tf.Sequential => {
    const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [2] })] });
    model.compile({ optimizer: "sgd", loss });
    return model;
  };

  test.each([
    ["constant", (y: tf.Tensor) => tf.ones([y.shape[0]])],
    ["of the targets alone", (y: tf.Tensor) => tf.mean(y, 1)],
  ])("%s", async (_, loss) => {
    const learner = createLearner(layered(loss));
    const before = tf.memory().numTensors;
    await expect(stepOn(learner, 2)).rejects.toThrow(coded);
    expect(tf.memory().numTensors).toBe(before);
    const batch = learner.upload({ size: 2, inputs: [numbers(2, 2)], targets: [numbers(2, 1)] });
    await expect(learner.compute(["upper-bound"], batch)).rejects.toThrow(coded);
    batch.dispose();
  });

  test("of a function that does not use its variables", async () => {
    const model = functionModel({
      variables: [tf.variable(tf.zeros([2, 1]))],
      optimizer: tf.train.sgd(0.1),
      forward: ([x]) => tf.sum(x as tf.Tensor, 1, true),
      loss: (y, z) => tf.mean(tf.squaredDifference(y, z), 1),
    });
    await expect(stepOn(createLearner(model), 2)).rejects.toThrow(coded);
  });
});

describe("mask: true", () => {
  const words = (layers: readonly tf.layers.Layer[]): Learner => {
    const model = tf.sequential({ layers: [...layers] });
    model.compile({ optimizer: "sgd", loss: "meanSquaredError" });
    return createLearner(model, { mask: true });
  };
  const embedding = (maskZero: boolean): tf.layers.Layer =>
    tf.layers.embedding({ inputDim: 3, outputDim: 2, maskZero, inputLength: 1 });
  const each = (): tf.layers.Layer => tf.layers.dense({ units: 1 });

  test("is noted once where no mask reaches an output", async () => {
    const learner = words([embedding(false), each(), tf.layers.flatten()]);
    expect(learner.facts.notes).toEqual([]);
    for (let step = 0; step < 2; step++) await stepOn(learner, 1);
    expect(learner.facts.notes).toEqual([expect.stringMatching(/no mask reaches an output/)]);
  });

  test("is not where one does", async () => {
    const learner = words([tf.layers.masking({ maskValue: 0, inputShape: [1] }), each()]);
    await stepOn(learner, 1);
    expect(learner.facts.notes).toEqual([]);
  });
});
