import * as tf from "@tensorflow/tfjs";
import { integers, numbers, oneHot } from "../columns.js";
import { apply, graph, inRow } from "../compiled.js";
import type { DifferentialCase } from "../differential-case.js";
import { inMemory } from "../steps.js";

const { layers } = tf;
const ROWS = 12;
const x = numbers([ROWS, 4], "x");
const kinds = oneHot([ROWS], 3, "kinds");
const sizes = numbers([ROWS, 1], "sizes");
const flags = integers([ROWS, 1], 2, "flags");
const sequence = numbers([ROWS, 4, 2], "sequence");

type Loss = tf.ModelCompileArgs["loss"];

/** A softmax, a linear and a sigmoid head on one hidden layer. */
function threeHeaded(loss: Loss): tf.LayersModel {
  const input = tf.input({ shape: [4] });
  const hidden = apply(layers.dense({ units: 5, activation: "tanh" }), input);
  const heads = [
    layers.dense({ units: 3, activation: "softmax", name: "kind" }),
    layers.dense({ units: 1, name: "size" }),
    layers.dense({ units: 1, activation: "sigmoid", name: "flag" }),
  ];
  return graph({ inputs: input, outputs: heads.map((head) => apply(head, hidden)) }, { loss });
}

const kindLosses = ["categoricalCrossentropy", "meanSquaredError", "binaryCrossentropy"];
const namedLosses = {
  flag: "binaryCrossentropy",
  kind: "categoricalCrossentropy",
  size: "meanSquaredError",
};

/** p = σ(W x) is an output, and what the second output q is made of. */
function outputFeedsOutput(between: "directly" | "through a hidden layer"): tf.LayersModel {
  const input = tf.input({ shape: [4] });
  const p = apply(layers.dense({ units: 1, activation: "sigmoid", name: "p" }), input);
  const hidden =
    between === "directly" ? p : apply(layers.dense({ units: 3, activation: "tanh" }), p);
  const q = apply(layers.dense({ units: 1, name: "q" }), hidden);
  const loss = ["binaryCrossentropy", "meanSquaredError"];
  return graph({ inputs: input, outputs: [p, q] }, { loss });
}

/** A Sequential ends in a sigmoid whose values are an output and the input of another layer. */
function nestedHeadFeedsOutput(): tf.LayersModel {
  const head = tf.sequential({
    layers: [
      layers.dense({ units: 3, activation: "tanh", inputShape: [4] }),
      layers.dense({ units: 1, activation: "sigmoid" }),
    ],
    name: "p",
  });
  const input = tf.input({ shape: [4] });
  const p = apply(head, input);
  const q = apply(layers.dense({ units: 1, name: "q" }), p);
  const loss = ["binaryCrossentropy", "meanSquaredError"];
  return graph({ inputs: input, outputs: [p, q] }, { loss });
}

function timeDistributedFeedsOutput(): tf.LayersModel {
  const input = tf.input({ shape: [4, 2] });
  const inner = layers.dense({ units: 1, activation: "sigmoid" });
  const p = apply(layers.timeDistributed({ layer: inner, name: "p" }), input);
  const q = apply(layers.dense({ units: 1, name: "q" }), p);
  const loss = ["binaryCrossentropy", "meanSquaredError"];
  return graph({ inputs: input, outputs: [p, q] }, { loss });
}

/** One layer applied to two hidden layers: both outputs have its name. */
function oneLayerTwice(metrics: string[] = []): tf.LayersModel {
  const input = tf.input({ shape: [4] });
  const head = layers.dense({ units: 3, activation: "softmax", name: "head" });
  const outputs = [4, 5]
    .map((units) => layers.dense({ units: 4, activation: units === 4 ? "tanh" : "relu" }))
    .map((hidden) => apply(head, apply(hidden, input)));
  return graph({ inputs: input, outputs }, { loss: "categoricalCrossentropy", metrics });
}

/** An LSTM that returns its state has three outputs. */
function states(): tf.LayersModel {
  const input = tf.input({ shape: [4, 2] });
  const lstm = layers.lstm({ units: 2, returnState: true, name: "memory" });
  return graph({ inputs: input, outputs: lstm.apply(input) as tf.SymbolicTensor[] });
}

function ending(last: tf.layers.Layer[], loss = "categoricalCrossentropy"): tf.LayersModel {
  return inRow([layers.dense({ units: 5, activation: "tanh", inputShape: [4] }), ...last], {
    loss,
    metrics: ["accuracy"],
  });
}

function tagger(last: tf.layers.Layer): tf.LayersModel {
  const gru = layers.gru({ units: 3, returnSequences: true, inputShape: [4, 2] });
  return inRow([gru, last], { loss: "categoricalCrossentropy", metrics: ["accuracy"] });
}

const nested = () =>
  tf.sequential({
    layers: [
      layers.dense({ units: 4, activation: "relu", inputShape: [5] }),
      layers.dense({ units: 3, activation: "softmax" }),
    ],
  });

const pq = { x, y: [flags, sizes] };
const tags = { x: sequence, y: oneHot([ROWS, 4], 3, "tags") };

/** How models may end. */
export const outputs: readonly DifferentialCase[] = [
  {
    name: "three of different kinds, in lists",
    model: () => threeHeaded(kindLosses),
    steps: [inMemory({ x, y: [kinds, sizes, flags] })],
  },
  {
    name: "three of different kinds, by name in another order",
    model: () => threeHeaded(namedLosses),
    steps: [inMemory({ x, y: { flag: flags, size: sizes, kind: kinds } })],
  },
  {
    name: "one that feeds another",
    model: () => outputFeedsOutput("directly"),
    steps: [inMemory(pq)],
  },
  {
    name: "one that feeds another, trained as compiled",
    model: () => outputFeedsOutput("directly"),
    steps: [inMemory(pq)],
    options: { loss: "as-compiled" },
  },
  {
    name: "one that feeds another through a hidden layer",
    model: () => outputFeedsOutput("through a hidden layer"),
    steps: [inMemory(pq)],
  },
  {
    name: "a nested model's that feeds another",
    model: nestedHeadFeedsOutput,
    steps: [inMemory(pq)],
  },
  {
    name: "a nested model's that feeds another, trained as compiled",
    model: nestedHeadFeedsOutput,
    steps: [inMemory(pq)],
    options: { loss: "as-compiled" },
  },
  {
    name: "a TimeDistributed one that feeds another",
    model: timeDistributedFeedsOutput,
    steps: [
      inMemory({
        x: sequence,
        y: [integers([ROWS, 4, 1], 2, "steps"), numbers([ROWS, 4, 1], "q")],
      }),
    ],
  },
  {
    name: "two of one layer",
    model: () => oneLayerTwice(),
    steps: [inMemory({ x, y: [kinds, oneHot([ROWS], 3, "others")] })],
  },
  {
    name: "two of one layer, with metrics",
    model: () => oneLayerTwice(["accuracy", "mse"]),
    steps: [inMemory({ x, y: [kinds, oneHot([ROWS], 3, "others")] })],
  },
  {
    name: "three tensors of one layer",
    model: states,
    steps: [inMemory({ x: sequence, y: ["o", "h", "c"].map((seed) => numbers([ROWS, 2], seed)) })],
  },
  {
    name: "a softmax in a layer of its own",
    model: () => ending([layers.dense({ units: 3 }), layers.softmax({})]),
    steps: [inMemory({ x, y: kinds })],
  },
  {
    name: "a softmax activation in a layer of its own",
    model: () => ending([layers.dense({ units: 3 }), layers.activation({ activation: "softmax" })]),
    steps: [inMemory({ x, y: kinds })],
  },
  {
    name: "a softmax in a nested model",
    model: () => ending([nested()]),
    steps: [inMemory({ x, y: kinds })],
  },
  {
    name: "a softmax that is reshaped",
    model: () =>
      ending([
        layers.dense({ units: 3, activation: "softmax" }),
        layers.reshape({ targetShape: [3] }),
      ]),
    steps: [inMemory({ x, y: kinds })],
  },
  {
    name: "a class for each step of a sequence",
    model: () => tagger(layers.dense({ units: 3, activation: "softmax" })),
    steps: [inMemory(tags)],
  },
  {
    name: "a class for each step of a sequence, by TimeDistributed",
    model: () =>
      tagger(layers.timeDistributed({ layer: layers.dense({ units: 3, activation: "softmax" }) })),
    steps: [inMemory(tags)],
  },
  {
    name: "a flag for each pixel",
    model: () =>
      inRow(
        [
          layers.conv2d({
            ...{ filters: 1, kernelSize: 3, padding: "same", activation: "sigmoid" },
            inputShape: [5, 5, 2],
          }),
        ],
        { loss: "binaryCrossentropy", metrics: ["accuracy"] },
      ),
    steps: [
      inMemory({
        x: numbers([ROWS, 5, 5, 2], "pictures"),
        y: integers([ROWS, 5, 5, 1], 2, "pixels"),
      }),
    ],
  },
  {
    name: "a hidden layer next to the last",
    model: () => {
      const input = tf.input({ shape: [4] });
      const hidden = apply(layers.dense({ units: 3, activation: "tanh", name: "code" }), input);
      const last = apply(layers.dense({ units: 1, name: "size" }), hidden);
      return graph({ inputs: input, outputs: [last, hidden] });
    },
    steps: [inMemory({ x, y: [sizes, numbers([ROWS, 3], "code")] })],
  },
];
