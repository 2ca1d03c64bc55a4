import * as tf from "@tensorflow/tfjs";
import { integers, mapped, numbers, oneHot } from "../columns.js";
import { apply, graph, inRow } from "../compiled.js";
import type { DifferentialCase } from "../differential-case.js";
import { inMemory, streamed, validated, validatedStream } from "../steps.js";
import { batches } from "../streams.js";

const { layers } = tf;
const ROWS = 12;
const x = numbers([ROWS, 4], "x");
const kinds = oneHot([ROWS], 3, "kinds");
const labels = mapped(integers([ROWS, 1], 3, "labels"), (label) => label);
const flags = integers([ROWS, 1], 2, "flags");
const data = { x, y: kinds };
const held = { x: numbers([8, 4], "held"), y: oneHot([8], 3, "held kinds") };

function network(units: number, loss: string): tf.LayersModel {
  const activation = units === 1 ? "sigmoid" : "softmax";
  return inRow([layers.dense({ units, activation, name: "kind", inputShape: [4] })], {
    loss,
    metrics: ["accuracy"],
  });
}

function twoHeaded(): tf.LayersModel {
  const input = tf.input({ shape: [4] });
  const outputs = [
    layers.dense({ units: 3, activation: "softmax", name: "kind" }),
    layers.dense({ units: 1, activation: "sigmoid", name: "flag" }),
  ].map((head) => apply(head, input));
  const loss = ["categoricalCrossentropy", "binaryCrossentropy"];
  return graph({ inputs: input, outputs }, { loss, metrics: ["accuracy"] });
}

const pair = { x, y: [kinds, flags] };
const classifier = () => network(3, "categoricalCrossentropy");
const classWeight = { 0: 3, 1: 1, 2: 0.5 };

/** Weights of classes, in every form that TensorFlow.js takes. */
export const weights: readonly DifferentialCase[] = [
  {
    name: "an object, and a split to validate on",
    model: classifier,
    steps: [inMemory(data, { classWeight, validationSplit: 1 / 3 })],
  },
  {
    name: "an object, and data to validate on",
    model: classifier,
    steps: [validated(data, held, { classWeight })],
  },
  {
    name: "a list of one",
    model: classifier,
    steps: [inMemory(data, { classWeight: [classWeight] })],
  },
  {
    name: "by the output's name",
    model: classifier,
    steps: [inMemory(data, { classWeight: { kind: classWeight } })],
  },
  {
    name: "of sparse labels",
    model: () => network(3, "sparseCategoricalCrossentropy"),
    steps: [inMemory({ x, y: labels }, { classWeight })],
  },
  {
    name: "of flags",
    model: () => network(1, "binaryCrossentropy"),
    steps: [inMemory({ x, y: flags }, { classWeight: { 0: 0.2, 1: 5 } })],
  },
  {
    name: "of flags of rank 1",
    model: () => network(1, "binaryCrossentropy"),
    steps: [inMemory({ x, y: { ...flags, shape: [ROWS] } }, { classWeight: { 0: 0.2, 1: 5 } })],
  },
  {
    name: "0 for a class",
    model: classifier,
    steps: [inMemory(data, { classWeight: { 0: 0, 1: 1, 2: 2 } })],
  },
  {
    name: "of smoothed labels",
    model: classifier,
    steps: [inMemory({ x, y: mapped(kinds, (value) => 0.9 * value + 0.1 / 3) }, { classWeight })],
  },
  {
    name: "of two outputs, in a list",
    model: twoHeaded,
    steps: [inMemory(pair, { classWeight: [classWeight, { 0: 0.2, 1: 5 }] })],
  },
  {
    name: "of two outputs, by name",
    model: twoHeaded,
    steps: [inMemory(pair, { classWeight: { flag: { 0: 0.2, 1: 5 }, kind: classWeight } })],
  },
  {
    name: "of one of two outputs",
    model: twoHeaded,
    steps: [inMemory(pair, { classWeight: { flag: { 0: 0.2, 1: 5 } } })],
  },
  {
    name: "on a stream",
    model: classifier,
    steps: [streamed(() => batches(data), { classWeight })],
  },
  {
    name: "on a stream, and data to validate on",
    model: classifier,
    steps: [validatedStream(() => batches(data), held, { classWeight })],
  },
];
