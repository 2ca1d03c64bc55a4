import * as tf from "@tensorflow/tfjs";
import { backendsPlugin, createLearner } from "@unequal/backends";
import {
  always,
  createTrainer,
  effectiveBatch,
  fixedRate,
  Registry,
  setUpPart,
  type Dataset,
  type Learner,
  type Part,
} from "@unequal/core";
import { toyDataset, toyLearner } from "@unequal/core/testing";
import { mnist, slice } from "@unequal/datasets";
import { plain, unbiased, upperBound } from "@unequal/samplers";
import { beforeAll, describe, expect, test } from "vitest";
import { plantedGain } from "./planted-gain.js";

const b = 16;
/** What φ is driven to. */
const PLANTED = 16;

interface Run {
  readonly loss: number;
  /** φ of every step. */
  readonly rates: readonly number[];
  /** Updates at which φ was lowered. */
  readonly lowered: readonly number[];
}

async function train(
  learner: Learner,
  dataset: Dataset,
  {
    rate,
    updates,
    seed = 0,
  }: { readonly rate: Part<"rate">; readonly updates: number; readonly seed?: number },
): Promise<Run> {
  const trainer = createTrainer({
    ...{ learner, dataset, seed, rate },
    batchSize: b,
    presample: PLANTED * b,
    sampler: plantedGain(),
    scorer: upperBound(),
    weighting: unbiased(),
    estimator: plain(),
    gate: always(),
  });
  const [rates, lowered]: [number[], number[]] = [[], []];
  trainer.events.on("step:end", (event) => void rates.push(event.rate ?? 1));
  trainer.events.on("rate:lowered", ({ step }) => void lowered.push(step));
  await trainer.run({ updates });
  const { loss } = await learner.evaluate(dataset);
  await trainer.dispose();
  return { loss, rates, lowered };
}

const geometric = (values: readonly number[]): number =>
  Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);

describe("a perceptron on 3,000 digits", () => {
  const SEEDS = Array.from({ length: 10 }, (_, seed) => seed);
  let digits: Dataset;
  beforeAll(async () => {
    await setUpPart("backend", "wasm", { registry: new Registry([backendsPlugin]) }).start();
    digits = slice((await setUpPart("dataset", mnist()).load()).train, 0, 3000);
  });

  async function run(
    learningRate: number,
    rate: Part<"rate">,
    options: { updates: number; seed: number },
  ) {
    const initializer = (at: number) => tf.initializers.heNormal({ seed: 100 * options.seed + at });
    const model = tf.sequential({
      layers: [
        tf.layers.flatten({ inputShape: [28, 28, 1] }),
        tf.layers.dense({ units: 64, activation: "relu", kernelInitializer: initializer(1) }),
        tf.layers.dense({ units: 10, activation: "softmax", kernelInitializer: initializer(2) }),
      ],
    });
    model.compile({
      optimizer: tf.train.momentum(learningRate, 0.9),
      loss: "categoricalCrossentropy",
    });
    const result = await train(createLearner(model), digits, { rate, ...options });
    model.dispose();
    return result;
  }

  // 1.5 to 1.6 times was seen, with single seeds between 0.9 and 3.9: a standard error of a sixth, of which these are three
  test("at the largest rate that it bears, driven to 16 times that: the loss is at most 2.5 times that of the fixed rate", async () => {
    let largest = 0.05;
    for (const candidate of [0.1, 0.2, 0.4, 0.8]) {
      const { loss } = await run(candidate, fixedRate(), { updates: 600, seed: 0 });
      if (loss < Math.log(10) / 4) largest = candidate;
    }
    expect(largest).toBe(0.1);
    const ratios: number[] = [];
    for (const seed of SEEDS) {
      const base = await run(largest, fixedRate(), { updates: 1500, seed });
      const driven = await run(largest, effectiveBatch(), { updates: 1500, seed });
      ratios.push(driven.loss / base.loss);
      expect(driven.lowered.length).toBeGreaterThan(0);
      // what φ may rise to recovers: it exceeds 1.1 again after the first alarm
      const [first = 0] = driven.lowered;
      expect(Math.max(...driven.rates.slice(first + 1))).toBeGreaterThan(1.1);
    }
    expect(geometric(ratios), ratios.join(", ")).toBeLessThan(2.5);
  }, 900_000);
});

describe.each(["softmax", "squared"] as const)("the toy learner with the loss %s", (loss) => {
  const dataset = toyDataset({ size: 2048, task: loss === "softmax" ? "classes" : "numbers" });
  const make = (learningRate: number, momentum: number) =>
    toyLearner({ loss, learningRate, momentum });

  test.each([0, 0.9])(
    "and momentum %d, from the largest rate that it bears downwards: ends finite, about as the fixed rate does",
    async (momentum) => {
      let largest = 0.01;
      for (let candidate = largest; candidate < 20; candidate *= 1.5) {
        const options = { rate: fixedRate(), updates: 300 };
        const end = await train(make(candidate, momentum), dataset, options).catch(() => undefined);
        if (end !== undefined && end.loss < 1.5) largest = candidate;
      }
      for (const share of [1, 0.7, 0.5, 0.35, 0.25]) {
        const rate = share * largest;
        const base = await train(make(rate, momentum), dataset, {
          rate: fixedRate(),
          updates: 1000,
        });
        const driven = await train(make(rate, momentum), dataset, {
          rate: effectiveBatch(),
          updates: 1000,
        });
        expect(driven.loss).toBeLessThan(2 * base.loss);
      }
    },
    600_000,
  );
});
