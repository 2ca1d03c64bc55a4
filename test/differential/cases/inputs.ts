import * as tf from "@tensorflow/tfjs";
import { integers, numbers, oneHot } from "../columns.js";
import { apply, graph, inRow } from "../compiled.js";
import type { DifferentialCase } from "../differential-case.js";
import { inMemory } from "../steps.js";

const { layers } = tf;
const ROWS = 12;
const classes = oneHot([ROWS], 3, "classes");
const loss = "categoricalCrossentropy";

function head(): tf.layers.Layer {
  return layers.dense({ units: 3, activation: "softmax", name: "kind" });
}

function perceptron(width: number): tf.LayersModel {
  return inRow([layers.dense({ units: 5, activation: "tanh", inputShape: [width] }), head()], {
    loss,
  });
}

/** Numbers of a table and a sequence, which are of different rank. */
function tableAndSequence(): tf.LayersModel {
  const table = tf.input({ shape: [4], name: "table" });
  const sequence = tf.input({ shape: [5, 2], name: "sequence" });
  const joined = apply(layers.concatenate(), [table, apply(layers.flatten(), sequence)]);
  return graph({ inputs: [table, sequence], outputs: apply(head(), joined) }, { loss });
}

const table = numbers([ROWS, 4], "table");
const sequence = numbers([ROWS, 5, 2], "sequence");

function siblings(): tf.LayersModel {
  const inputs = ["left", "middle", "right"].map((name) => tf.input({ shape: [4], name }));
  const encoder = layers.dense({ units: 3, activation: "tanh" });
  const [left, middle, right] = inputs.map((input) => apply(encoder, input));
  const far = apply(layers.multiply(), [left, middle] as tf.SymbolicTensor[]);
  const joined = apply(layers.concatenate(), [far, right] as tf.SymbolicTensor[]);
  return graph({ inputs, outputs: apply(layers.dense({ units: 1 }), joined) });
}

function bagOfWords(): tf.LayersModel {
  const words = layers.embedding({ inputDim: 9, outputDim: 4, inputLength: 6 });
  return inRow([words, layers.globalAveragePooling1d({}), head()], { loss });
}

function idsAndNumbers(): tf.LayersModel {
  const user = tf.input({ shape: [1], name: "user" });
  const facts = tf.input({ shape: [4], name: "facts" });
  const embedded = layers.embedding({ inputDim: 7, outputDim: 3 });
  const flat = apply(layers.flatten(), apply(embedded, user));
  const joined = apply(layers.concatenate(), [flat, facts]);
  return graph({ inputs: [user, facts], outputs: apply(head(), joined) }, { loss });
}

function images(): tf.LayersModel {
  const conv = layers.conv2d({ filters: 3, kernelSize: 3, inputShape: [6, 6, 2] });
  return inRow([conv, layers.flatten(), head()], { loss });
}

/** The forms that inputs may have. */
export const inputs: readonly DifferentialCase[] = [
  {
    name: "rows of numbers",
    model: () => perceptron(4),
    steps: [inMemory({ x: table, y: classes })],
  },
  {
    name: "one number a row, without an axis of its own",
    model: () => perceptron(1),
    steps: [inMemory({ x: numbers([ROWS], "single"), y: classes })],
  },
  {
    name: "rows of whole numbers",
    model: () => perceptron(4),
    steps: [inMemory({ x: integers([ROWS, 4], 3, "whole"), y: classes })],
  },
  {
    name: "a list of one",
    model: () => perceptron(4),
    steps: [inMemory({ x: [table], y: [classes] })],
  },
  {
    name: "one input and one output by name",
    model: () => {
      const input = tf.input({ shape: [4], name: "table" });
      return graph({ inputs: input, outputs: apply(head(), input) }, { loss });
    },
    steps: [inMemory({ x: { table }, y: { kind: classes } })],
  },
  ...(["nested", "typed", "shaped"] as const).map((form) => ({
    name: `rows of numbers, given to us as ${form} arrays`,
    model: () => perceptron(4),
    steps: [inMemory({ x: table, y: classes }, {}, form)],
  })),
  {
    name: "a table and a sequence in a list",
    model: tableAndSequence,
    steps: [inMemory({ x: [table, sequence], y: classes })],
  },
  {
    name: "a table and a sequence by name, in another order",
    model: tableAndSequence,
    steps: [inMemory({ x: { sequence, table }, y: classes })],
  },
  {
    name: "a table and a sequence as nested arrays by name",
    model: tableAndSequence,
    steps: [inMemory({ x: { sequence, table }, y: classes }, {}, "nested")],
  },
  {
    name: "three inputs of one encoder",
    model: siblings,
    steps: [
      inMemory({
        x: ["a", "b", "c"].map((seed) => numbers([ROWS, 4], seed)),
        y: numbers([ROWS, 1], "y"),
      }),
    ],
  },
  {
    name: "images",
    model: images,
    steps: [inMemory({ x: numbers([ROWS, 6, 6, 2], "images"), y: classes })],
  },
  {
    name: "sequences",
    model: () => inRow([layers.lstm({ units: 3, inputShape: [5, 2] }), head()], { loss }),
    steps: [inMemory({ x: sequence, y: classes })],
  },
  {
    name: "ids of words",
    model: bagOfWords,
    steps: [inMemory({ x: integers([ROWS, 6], 9, "words"), y: classes })],
  },
  {
    name: "ids of words as nested arrays",
    model: bagOfWords,
    steps: [inMemory({ x: integers([ROWS, 6], 9, "words"), y: classes }, {}, "nested")],
  },
  {
    name: "ids with numbers",
    model: idsAndNumbers,
    steps: [inMemory({ x: { facts: table, user: integers([ROWS, 1], 7, "users") }, y: classes })],
  },
];
