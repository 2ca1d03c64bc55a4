import * as tf from "@tensorflow/tfjs";
import { integers, mapped, numbers, oneHot, type Column } from "../columns.js";
import { apply, graph, inRow } from "../compiled.js";
import type { DifferentialCase } from "../differential-case.js";
import { inMemory } from "../steps.js";

const { layers } = tf;
const ROWS = 12;
const x = numbers([ROWS, 4], "x");
const kinds = oneHot([ROWS], 3, "kinds");
const values = numbers([ROWS, 3], "values");
const positive = mapped(values, (value) => Math.abs(value) + 0.1);
const signs = mapped(integers([ROWS, 3], 2, "signs"), (value) => 2 * value - 1);
// TensorFlow.js refuses int32 ones: the difference "int32-labels"
const labels = mapped(integers([ROWS, 1], 3, "labels"), (label) => label);
const flags = integers([ROWS, 3], 2, "flags");

type Activation = "linear" | "softmax" | "sigmoid" | "softplus" | "tanh";
type LossFunction = (y: tf.Tensor, p: tf.Tensor) => tf.Tensor;
type OneLoss = string | LossFunction;

/** Names and functions may stand next to each other, though the type of TensorFlow.js says otherwise. */
type Loss = OneLoss | OneLoss[] | Record<string, OneLoss>;

function network(activation: Activation, loss: Loss, metrics: string[] = []): tf.LayersModel {
  const hidden = layers.dense({ units: 5, activation: "tanh", inputShape: [4] });
  const head = layers.dense({ units: 3, activation, name: "out" });
  return inRow([hidden, head], { loss: loss as string, metrics });
}

/** Mean of |y − p|³ over the last axis, [B, D] → [B]. */
function cubic(y: tf.Tensor, p: tf.Tensor): tf.Tensor {
  return tf.mean(tf.pow(tf.abs(tf.sub(y, p)), 3), -1);
}

const { NONE } = tf.Reduction;

/** Activation of the head, loss, targets. */
const LOSSES: readonly (readonly [Activation, Loss, Column])[] = [
  ["linear", "meanSquaredError", values],
  ["linear", "meanAbsoluteError", values],
  ["linear", "meanAbsolutePercentageError", positive],
  ["softplus", "meanSquaredLogarithmicError", positive],
  ["linear", "logcosh", values],
  ["linear", "cosineProximity", values],
  ["linear", "hinge", signs],
  ["tanh", "squaredHinge", signs],
  ["linear", "categoricalHinge", kinds],
  ["softplus", "poisson", positive],
  ["softmax", "kullbackLeiblerDivergence", kinds],
  ["softmax", "categoricalCrossentropy", kinds],
  ["softmax", "categoricalCrossentropy", mapped(kinds, (value) => 0.9 * value + 0.1 / 3)],
  ["softmax", "sparseCategoricalCrossentropy", labels],
  ["softmax", "meanSquaredError", kinds],
  ["softmax", "binaryCrossentropy", kinds],
  ["sigmoid", "binaryCrossentropy", flags],
  ["sigmoid", "meanSquaredError", flags],
  ["sigmoid", "categoricalCrossentropy", kinds],
  ["tanh", "meanAbsoluteError", values],
  ["linear", cubic, values],
  ["linear", tf.metrics.meanAbsoluteError, values],
  ["linear", ["meanSquaredError"], values],
  ["linear", [cubic], values],
  ["linear", { out: "meanSquaredError" }, values],
  ["linear", { out: cubic }, values],
];

function nameOf(loss: Loss): string {
  if (typeof loss === "string") return loss;
  if (typeof loss === "function") return `the function ${loss.name}`;
  if (Array.isArray(loss)) return `[${loss.map(nameOf).join(", ")}]`;
  return `{ out: ${nameOf(loss.out ?? [])} }`;
}

function twoOutputs(loss: Loss): tf.LayersModel {
  const input = tf.input({ shape: [4] });
  const outputs = ["a", "b"].map((name) => apply(layers.dense({ units: 3, name }), input));
  return graph({ inputs: input, outputs }, { loss: loss as string });
}

/** A mean over the positions of a sequence first, which suits any rank. */
function squares(y: tf.Tensor, p: tf.Tensor): tf.Tensor {
  return tf.losses.meanSquaredError(y, p, undefined, NONE);
}

/** The losses that a model may be compiled with. */
export const losses: readonly DifferentialCase[] = [
  ...LOSSES.map(([activation, loss, y], at) => ({
    name: `${at}: ${nameOf(loss)} of a ${activation} head`,
    model: () => network(activation, loss),
    steps: [inMemory({ x, y })],
  })),
  ...["categoricalCrossentropy", "kullbackLeiblerDivergence"].map((loss) => ({
    name: `${loss} of a softmax head, trained as compiled`,
    model: () => network("softmax", loss),
    steps: [inMemory({ x, y: kinds })],
    options: { loss: "as-compiled" } as const,
  })),
  {
    name: "sparse labels of rank 1",
    model: () => network("softmax", "sparseCategoricalCrossentropy", ["accuracy"]),
    steps: [inMemory({ x, y: { ...labels, shape: [ROWS] } })],
  },
  {
    name: "one loss for two outputs",
    model: () => twoOutputs("meanSquaredError"),
    steps: [inMemory({ x, y: [values, positive] })],
  },
  {
    name: "a name and a function for two outputs",
    model: () => twoOutputs(["meanAbsoluteError", cubic]),
    steps: [inMemory({ x, y: [values, positive] })],
  },
  {
    name: "a function and a name for two outputs, by name",
    model: () => twoOutputs({ b: "meanAbsoluteError", a: cubic }),
    steps: [inMemory({ x, y: { b: values, a: positive } })],
  },
  {
    name: "a function of rank 2, [B, D]",
    model: () => network("linear", squares),
    steps: [inMemory({ x, y: values })],
  },
];
