import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import * as tf from "@tensorflow/tfjs";
import type { Dataset, HostArray, Learner, ReplicaAnswer, Signals } from "@unequal/core";
import { createRandom } from "@unequal/core";
import { expect } from "vitest";
import { rowTaker } from "../src/replicas/copies/share-rows.js";

const TENSORFLOW = pathToFileURL(createRequire(import.meta.url).resolve("@tensorflow/tfjs")).href;

export const SIGNALS = ["loss", "upper-bound", "gradient-norm", "probabilities"] as const;

/** A module for threads, which sees TensorFlow.js as `tf`. */
export function moduleOf(source: string): string {
  return `data:text/javascript,${encodeURIComponent(`import tf from ${JSON.stringify(TENSORFLOW)};\n${source}`)}`;
}

function columnOf(size: number, shape: readonly number[], seed: number): HostArray {
  const random = createRandom(seed);
  const length = shape.reduce((a, b) => a * b, size);
  const data = Float32Array.from({ length }, () => random.uniform());
  return { data, shape: [size, ...shape], dtype: "float32" };
}

/** A dataset of random numbers in columns of the given shapes. */
export function randomDataset(
  inputs: readonly number[][],
  targets: readonly number[][],
  { size = 40, weighted = false } = {},
): Dataset {
  const columns = (shapes: readonly number[][], seed: number): HostArray[] =>
    shapes.map((shape, at) => columnOf(size, shape, seed + at));
  const whole = {
    size,
    inputs: columns(inputs, 1),
    targets: columns(targets, 11),
    ...(weighted && { weights: columnOf(size, [], 21).data as Float32Array }),
  };
  return { size, fixed: true, take: (ids) => rowTaker(whole)(ids) };
}

export function dense(units: number, extra = {}): tf.layers.Layer {
  return tf.layers.dense({
    units,
    kernelInitializer: tf.initializers.glorotNormal({ seed: units }),
    ...extra,
  });
}

export function mlp(...between: tf.layers.Layer[]): tf.LayersModel {
  const model = tf.sequential({
    layers: [
      dense(6, { activation: "tanh", inputShape: [4] }),
      ...between,
      dense(3, { activation: "softmax" }),
    ],
  });
  model.compile({ optimizer: tf.train.adam(0.05), loss: "categoricalCrossentropy" });
  return model;
}

/** Examples for {@link mlp}. */
export function mlpDataset(options = {}): Dataset {
  return randomDataset([[4]], [[3]], options);
}

export function request(ids = Uint32Array.of(3, 17, 3, 39, 0, 8, 21)) {
  return { ids, keys: new Uint32Array(ids.length), signals: SIGNALS };
}

/** What the learner itself computes now. */
export async function computed(
  learner: Learner,
  dataset: Dataset,
  { ids, keys } = request(),
): Promise<Signals> {
  const batch = learner.upload(await dataset.take(ids, keys));
  try {
    return await learner.compute(SIGNALS, batch);
  } finally {
    batch.dispose();
  }
}

export async function train(learner: Learner, dataset: Dataset, steps: number): Promise<void> {
  const ids = Uint32Array.from({ length: 8 }, (_, at) => at);
  const batch = learner.upload(await dataset.take(ids, ids));
  const coefficients = new Float32Array(8).fill(1 / 8);
  for (let noise = 0; noise < steps; noise++)
    await learner.step({ batch, rows: Int32Array.from(ids), coefficients }, { noise, signals: [] });
  batch.dispose();
}

/** Expects the very bits. */
export function expectSame({ signals }: ReplicaAnswer, wanted: Signals): void {
  expect(Object.keys(signals)).toEqual(Object.keys(wanted));
  for (const [name, values] of Object.entries(wanted)) expect(signals[name], name).toEqual(values);
}
