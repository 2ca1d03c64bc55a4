import * as tf from "@tensorflow/tfjs";
import { createTrainer, datasets, estimators, gates, samplers, scorers, weightings } from "unequal";
import { CLASSES, createSpirals, featuresOf } from "./spirals.js";

const GATES = { tau: gates.tau, always: gates.always };

/** Examples of the spirals. */
const POINTS = 1500;

/** What each setting may be; one that is a number is whole, unless it says otherwise. */
export const LIMITS = {
  steps: { least: 1 },
  hidden: { least: 1, most: 4096 },
  batchSize: { least: 1, most: POINTS },
  presample: { least: 1, most: POINTS },
  rate: { least: 1e-6, most: 10, whole: false },
  seed: { least: 0 },
  gate: { choices: Object.keys(GATES) },
};

/** What a training is made of, where the page's address says nothing else. */
export const DEFAULTS = {
  steps: 1500,
  hidden: 48,
  batchSize: 48,
  presample: 240,
  rate: 0.01,
  seed: 1,
  gate: "tau",
};

function createModel({ hidden, rate, seed }) {
  const [{ length: width }] = [featuresOf(0, 0)];
  const kernelInitializer = (layer) => tf.initializers.glorotUniform({ seed: seed + layer });
  const model = tf.sequential();
  const dense = (layer, options) =>
    model.add(tf.layers.dense({ ...options, kernelInitializer: kernelInitializer(layer) }));
  dense(1, { units: hidden, activation: "relu", inputShape: [width] });
  dense(2, { units: CLASSES, activation: "softmax" });
  const optimizer = tf.train.adam(rate);
  model.compile({ optimizer, loss: "categoricalCrossentropy", metrics: ["accuracy"] });
  return model;
}

/**
 * Composes a trainer for spirals on an engine that has started: in the page, and in Node, where the tests compare.
 * `dispose` frees model, optimizer and trainer.
 */
export function createTraining(backend, settings = {}) {
  const { batchSize, presample, seed, gate, ...rest } = { ...DEFAULTS, ...settings };
  const points = createSpirals({ size: POINTS, seed });
  const model = createModel({ ...rest, seed });
  const learner = backend.learner(model);
  const trainer = createTrainer({
    learner,
    dataset: datasets.arrays(
      points.map(({ x, y }) => featuresOf(x, y)),
      points.map(({ arm }) => Array.from({ length: CLASSES }, (_, each) => Number(each === arm))),
    ),
    sampler: samplers.additive({
      of: samplers.proportional({ draw: "systematic" }),
      constant: 0.1,
    }),
    scorer: scorers.upperBound(),
    weighting: weightings.unbiased(),
    estimator: estimators.plain(),
    gate: GATES[gate](),
    batchSize,
    presample,
    seed,
  });
  const dispose = async () => {
    await trainer.dispose();
    learner.dispose?.();
    model.dispose();
    model.optimizer.dispose();
  };
  return { points, model, trainer, dispose };
}
