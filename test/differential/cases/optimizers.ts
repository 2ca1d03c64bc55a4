import * as tf from "@tensorflow/tfjs";
import { numbers, oneHot } from "../columns.js";
import { inRow } from "../compiled.js";
import type { DifferentialCase } from "../differential-case.js";
import { inMemory, streamed } from "../steps.js";
import { batches } from "../streams.js";

const { layers, train } = tf;
const ROWS = 12;
const data = { x: numbers([ROWS, 4], "x"), y: oneHot([ROWS], 3, "kinds") };

/** By name, as `compile` takes them, or made by `tf.train`. */
const OPTIMIZERS: Readonly<Record<string, () => string | tf.Optimizer>> = {
  "sgd by name": () => "sgd",
  "adam by name": () => "adam",
  "rmsprop by name": () => "rmsprop",
  "adagrad by name": () => "adagrad",
  "adadelta by name": () => "adadelta",
  "adamax by name": () => "adamax",
  momentum: () => train.momentum(0.05, 0.9),
  "Nesterov momentum": () => train.momentum(0.05, 0.9, true),
  "adam with rates of its own": () => train.adam(0.02, 0.8, 0.99, 1e-4),
  "rmsprop with momentum": () => train.rmsprop(0.01, 0.9, 0.5, 1e-3),
  // TensorFlow.js takes epsilon off under the root, so that a larger one makes NaN
  "centred rmsprop": () => train.rmsprop(0.01, 0.9, 0, 1e-12, true),
  adagrad: () => train.adagrad(0.05, 0.2),
  adadelta: () => train.adadelta(0.5, 0.9, 1e-3),
  "adamax with decay": () => train.adamax(0.01, 0.9, 0.99, 1e-4, 0.1),
};

function network(optimizer: string | tf.Optimizer): tf.LayersModel {
  return inRow(
    [
      layers.dense({ units: 5, activation: "tanh", inputShape: [4] }),
      layers.dense({ units: 3, activation: "softmax" }),
    ],
    { optimizer, loss: "categoricalCrossentropy" },
  );
}

/** The optimizers, with their slots and their counts of updates, in memory and then on a stream. */
export const optimizers: readonly DifferentialCase[] = Object.entries(OPTIMIZERS).map(
  ([name, make]) => ({
    name,
    model: () => network(make()),
    steps: [inMemory(data), streamed(() => batches(data))],
  }),
);
