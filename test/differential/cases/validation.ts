import * as tf from "@tensorflow/tfjs";
import { numbers, oneHot, type Column } from "../columns.js";
import { apply, graph, inRow } from "../compiled.js";
import type { DifferentialCase } from "../differential-case.js";
import { inMemory, streamed, validated, validatedStream } from "../steps.js";
import { batches, zipped } from "../streams.js";

const { layers } = tf;
const loss = "categoricalCrossentropy";

function table(rows: number, name: string): { x: Column; y: Column } {
  return { x: numbers([rows, 4], `${name} x`), y: oneHot([rows], 3, `${name} y`) };
}

const data = table(12, "train");
const held = table(8, "held");
const odd = table(7, "odd");

function classifier(): tf.LayersModel {
  return inRow(
    [
      layers.dense({ units: 5, activation: "tanh", inputShape: [4] }),
      layers.batchNormalization(),
      layers.dropout({ rate: 0 }),
      layers.dense({ units: 3, activation: "softmax" }),
    ],
    { loss, metrics: ["accuracy", "mse"] },
  );
}

function twoInputs(): tf.LayersModel {
  const inputs = ["a", "b"].map((name) => tf.input({ shape: [4], name }));
  const joined = apply(layers.concatenate(), inputs);
  const head = layers.dense({ units: 3, activation: "softmax" });
  return graph({ inputs, outputs: apply(head, joined) }, { loss, metrics: ["accuracy"] });
}

/** Splits after which the examples left are a multiple of the batch. */
const SPLITS: readonly (readonly [rows: number, split: number])[] = [
  [12, 1 / 3],
  [16, 0.25],
  [9, 0.1],
  [40, 0.9],
  [20, 0.8],
];

/** How a fit may be validated. */
export const validation: readonly DifferentialCase[] = [
  ...SPLITS.map(([rows, validationSplit]) => ({
    name: `a split of ${validationSplit.toPrecision(2)} of ${rows} rows`,
    model: classifier,
    steps: [inMemory(table(rows, "split"), { validationSplit })],
  })),
  {
    name: "data in memory",
    model: classifier,
    steps: [validated(data, held)],
  },
  {
    name: "data in memory whose last batch is not full",
    model: classifier,
    steps: [validated(data, odd)],
  },
  {
    name: "data in memory with a split, which gives way",
    model: classifier,
    steps: [validated(data, held, { validationSplit: 0.5 })],
  },
  {
    name: "nothing, where a split of 0 and no data are given",
    model: classifier,
    steps: [inMemory(data, { validationSplit: 0, validationData: null })],
  },
  {
    name: "two inputs in a list",
    model: twoInputs,
    steps: [
      validated(
        { x: [data.x, numbers([12, 4], "b")], y: data.y },
        { x: [held.x, numbers([8, 4], "held b")], y: held.y },
      ),
    ],
  },
  {
    name: "two inputs by name",
    model: twoInputs,
    steps: [
      validated(
        { x: { b: numbers([12, 4], "b"), a: data.x }, y: data.y },
        { x: { b: numbers([8, 4], "held b"), a: held.x }, y: held.y },
      ),
    ],
  },
  {
    name: "a stream's data in memory",
    model: classifier,
    steps: [validatedStream(() => batches(data), held)],
  },
  {
    name: "a stream's data in memory, in batches of its own",
    model: classifier,
    steps: [validatedStream(() => batches(data), odd, { validationBatchSize: 3 })],
  },
  {
    name: "a stream of batches",
    model: classifier,
    steps: [streamed(() => batches(data), { validationData: batches(held) })],
  },
  {
    name: "a stream of batches whose last is not full",
    model: classifier,
    steps: [streamed(() => batches(data), { validationData: batches(odd) })],
  },
  {
    name: "a stream of larger batches than those of training",
    model: classifier,
    steps: [streamed(() => batches(data), { validationData: zipped(held).batch(8) })],
  },
  {
    name: "the first batches of a stream",
    model: classifier,
    steps: [streamed(() => batches(data), { validationData: batches(held), validationBatches: 1 })],
  },
  {
    name: "the first batches of an endless stream",
    model: classifier,
    steps: [
      streamed(() => batches(data), {
        validationData: batches(held).repeat(),
        validationBatches: 3,
      }),
    ],
  },
];
