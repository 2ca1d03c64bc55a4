import * as tf from "@tensorflow/tfjs";
import { integers, mapped, numbers, oneHot } from "../columns.js";
import { apply, graph, inRow } from "../compiled.js";
import type { DifferentialCase } from "../differential-case.js";
import { inMemory } from "../steps.js";

const { layers } = tf;
const ROWS = 12;
const x = numbers([ROWS, 4], "x");
const kinds = oneHot([ROWS], 3, "kinds");
// TensorFlow.js refuses int32 ones: the difference "int32-labels"
const labels = mapped(integers([ROWS, 1], 3, "labels"), (label) => label);
const flags = integers([ROWS, 1], 2, "flags");
const sizes = numbers([ROWS, 1], "sizes");

type Metrics = tf.ModelCompileArgs["metrics"];

function classifier(metrics: Metrics, loss = "categoricalCrossentropy"): tf.LayersModel {
  const hidden = layers.dense({ units: 5, activation: "tanh", inputShape: [4] });
  const head = layers.dense({ units: 3, activation: "softmax" });
  return inRow([hidden, head], { loss, ...(metrics && { metrics }) });
}

function detector(metrics: Metrics): tf.LayersModel {
  const head = layers.dense({ units: 1, activation: "sigmoid", inputShape: [4] });
  return inRow([head], { loss: "binaryCrossentropy", ...(metrics && { metrics }) });
}

function twoHeaded(metrics: Metrics): tf.LayersModel {
  const input = tf.input({ shape: [4] });
  const outputs = [
    layers.dense({ units: 3, activation: "softmax", name: "kind" }),
    layers.dense({ units: 1, name: "size" }),
  ].map((head) => apply(head, input));
  const loss = ["categoricalCrossentropy", "meanSquaredError"];
  return graph({ inputs: input, outputs }, { loss, ...(metrics && { metrics }) });
}

/** Largest error of an example, [B, D] → [B]. */
function worst(y: tf.Tensor, p: tf.Tensor): tf.Tensor {
  return tf.max(tf.abs(tf.sub(y, p)), -1);
}

/** Mean confidence of a batch, one number. */
function confidence(_: tf.Tensor, p: tf.Tensor): tf.Tensor {
  return tf.mean(tf.max(p, -1));
}

/** Metrics of a softmax over three classes. */
const OF_CLASSES: readonly Metrics[] = [
  [],
  "accuracy",
  ["acc"],
  ["accuracy", "crossentropy"],
  ["mse", "mae", "cosine"],
  ["categoricalAccuracy", "categoricalCrossentropy", "MAPE"],
  ["precision"],
  [worst],
  [confidence],
  ["accuracy", worst, confidence],
  [tf.metrics.categoricalAccuracy, tf.metrics.meanSquaredError],
  ["accuracy", "acc"],
  [worst, worst],
];

/** Metrics of a softmax and a linear output. */
const OF_TWO: readonly Metrics[] = [
  ["accuracy"],
  ["mse", "mae"],
  { kind: "accuracy" },
  // the type of TensorFlow.js forgets lists by name
  { size: ["mae", worst], kind: ["accuracy"] } as unknown as Metrics,
];

function nameOf(metrics: Metrics): string {
  const write = (_: string, each: unknown): unknown =>
    typeof each === "function" ? `function ${each.name}` : each;
  return JSON.stringify(metrics, write);
}

/** The metrics that a model may be compiled with. */
export const metrics: readonly DifferentialCase[] = [
  ...OF_CLASSES.map((each) => ({
    name: `${nameOf(each)} of classes`,
    model: () => classifier(each),
    steps: [inMemory({ x, y: kinds }, { validationSplit: 1 / 3 })],
  })),
  {
    name: "accuracy and cross-entropy of sparse labels",
    model: () => classifier(["accuracy", "crossentropy"], "sparseCategoricalCrossentropy"),
    steps: [inMemory({ x, y: labels }, { validationSplit: 1 / 3 })],
  },
  {
    name: "accuracy, precision and binary accuracy of flags",
    model: () => detector(["accuracy", "precision", "binaryAccuracy"]),
    steps: [inMemory({ x, y: flags }, { validationSplit: 1 / 3 })],
  },
  ...OF_TWO.map((each) => ({
    name: `${nameOf(each)} of two outputs`,
    model: () => twoHeaded(each),
    steps: [inMemory({ x, y: [kinds, sizes] })],
  })),
];
