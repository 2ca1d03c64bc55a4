import * as tf from "@tensorflow/tfjs";
import { createLearner } from "@unequal/backends";
import { always, createTrainer, linear } from "@unequal/core";
import { katyusha, proportional, saga, scsg, svrg, unbiased, upperBound } from "@unequal/samplers";
import { describe, expect, test } from "vitest";
import { noisyClasses, smallClassifier } from "./classifier.js";
import { ENGINES, startEngine } from "./start-engine.js";

const SIZE = { size: 120, width: 12, classes: 4 };

function softmaxRegression({ width, classes }: typeof SIZE): tf.LayersModel {
  const layer = { units: classes, activation: "softmax" as const, inputShape: [width] };
  const kernelRegularizer = tf.regularizers.l2({ l2: 0.001 });
  const model = tf.sequential({
    layers: [tf.layers.dense({ ...layer, kernelInitializer: "zeros", kernelRegularizer })],
  });
  model.compile({ optimizer: tf.train.adam(0.01), loss: "categoricalCrossentropy" });
  return model;
}

const models = {
  "softmax regression": () => softmaxRegression(SIZE),
  "a small network": () => smallClassifier({ ...SIZE, hidden: 8, dropout: 0.1 }),
} as const;

const estimators = [
  svrg({ every: 15, alpha: linear(1, 0.75, "40up") }),
  saga(),
  scsg({ size: 60 }),
  katyusha({ every: 15 }),
];

describe.each(ENGINES)("on %s", (engine) => {
  describe.each(Object.entries(models))("%s under Adam and importance sampling", (_, make) => {
    test.each(estimators)("learns with $name, which frees what it took", async (estimator) => {
      await startEngine(engine);
      const { x, y, dataset } = noisyClasses(SIZE);
      tf.dispose([x, y]);
      const atFirst = tf.memory().numTensors;
      const model = make();
      const learner = createLearner(model);
      // Of Adam's steps Katyusha's have nothing but the rate, which they want larger.
      learner.setLearningRate(estimator.name === "katyusha" ? 0.2 : 0.02);
      const trainer = createTrainer({
        learner,
        dataset,
        batchSize: 8,
        presample: 24,
        sampler: proportional(),
        scorer: upperBound(),
        weighting: unbiased(),
        estimator,
        gate: always(),
      });
      const before = await learner.evaluate(dataset);
      await trainer.run({ updates: 10 });
      const early = tf.memory().numTensors;
      await trainer.run({ updates: 40 });
      expect(tf.memory().numTensors).toBe(early);
      const after = await learner.evaluate(dataset);
      expect(after.loss).toBeLessThan(0.9 * before.loss);
      await trainer.dispose();
      learner.dispose?.();
      model.optimizer.dispose();
      model.dispose();
      expect(tf.memory().numTensors).toBe(atFirst);
    });
  });
});
