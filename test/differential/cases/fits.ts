import * as tf from "@tensorflow/tfjs";
import { numbers, oneHot } from "../columns.js";
import { compiled, inRow } from "../compiled.js";
import type { DifferentialCase } from "../differential-case.js";
import { change, inMemory, validated } from "../steps.js";

const { layers } = tf;
const ROWS = 12;
const loss = "categoricalCrossentropy";
const data = { x: numbers([ROWS, 4], "x"), y: oneHot([ROWS], 3, "y") };
const sequences = { x: numbers([ROWS, 3, 2], "sequences"), y: data.y };

interface Making {
  readonly optimizer?: () => tf.Optimizer;
  /** Whether the hidden layer begins frozen. */
  readonly frozen?: boolean;
}

function classifier({
  optimizer = () => tf.train.adam(0.01),
  frozen,
}: Making = {}): tf.LayersModel {
  const hidden = layers.dense({ units: 5, activation: "tanh", inputShape: [4] });
  if (frozen === true) hidden.trainable = false;
  const head = layers.dense({ units: 3, activation: "softmax" });
  return inRow([hidden, head], { optimizer: optimizer(), loss, metrics: ["accuracy"] });
}

function trainable(at: number, value: boolean) {
  return change(({ layers: all }) => {
    (all[at] as tf.layers.Layer).trainable = value;
  });
}

const recompile = change((model) => {
  model.compile({ optimizer: tf.train.momentum(0.1, 0.5), loss, metrics: ["mse"] });
});

function stateful(): tf.LayersModel {
  return inRow(
    [
      layers.lstm({ units: 3, stateful: true, batchInputShape: [4, 3, 2] }),
      layers.dense({ units: 3, activation: "softmax" }),
    ],
    { loss },
  );
}

function fixedBatch(): tf.LayersModel {
  return inRow([layers.dense({ units: 3, activation: "softmax", batchInputShape: [4, 4] })], {
    loss,
  });
}

const OPTIMIZERS: Readonly<Record<string, () => tf.Optimizer>> = {
  sgd: () => tf.train.sgd(0.1),
  momentum: () => tf.train.momentum(0.05, 0.9),
  adam: () => tf.train.adam(0.01),
  rmsprop: () => tf.train.rmsprop(0.01),
  adagrad: () => tf.train.adagrad(0.05),
};

/** Fits in turn, with changes between them, epochs that begin or end elsewhere, and models that remember. */
export const fits: readonly DifferentialCase[] = [
  {
    name: "three fits in turn",
    model: () => classifier(),
    steps: [inMemory(data), inMemory(data, { epochs: 1 }), inMemory(data)],
  },
  {
    name: "one epoch, which is the default",
    model: () => classifier(),
    steps: [inMemory(data, { epochs: undefined })],
  },
  {
    name: "from a later epoch on",
    model: () => classifier(),
    steps: [inMemory(data, { epochs: 1 }), inMemory(data, { initialEpoch: 1, epochs: 4 })],
  },
  {
    name: "no epochs",
    model: () => classifier(),
    steps: [inMemory(data, { epochs: 0 }), inMemory(data)],
  },
  {
    name: "no epochs left",
    model: () => classifier(),
    steps: [inMemory(data, { initialEpoch: 2, epochs: 2 })],
  },
  {
    name: "all rows in one batch",
    model: () => classifier(),
    steps: [inMemory(data, { batchSize: ROWS })],
  },
  {
    name: "a batch larger than the data",
    model: () => classifier(),
    steps: [inMemory(data, { batchSize: 100 })],
  },
  {
    name: "a row at a time",
    model: () => classifier(),
    steps: [inMemory(data, { batchSize: 1, epochs: 1 })],
  },
  {
    name: "the default batch of 32",
    model: () => classifier(),
    steps: [
      inMemory(
        { x: numbers([64, 4], "many x"), y: oneHot([64], 3, "many y") },
        { batchSize: undefined },
      ),
    ],
  },
  {
    name: "compiled anew between two fits",
    model: () => classifier(),
    steps: [inMemory(data), recompile, inMemory(data)],
  },
  {
    name: "planted and compiled anew between two fits",
    model: () => classifier(),
    steps: [inMemory(data), change((model) => void compiled(model, { loss })), inMemory(data)],
  },
  {
    name: "another learning rate for the second fit",
    model: () => classifier(),
    steps: [
      inMemory(data),
      change(({ optimizer }) => {
        (optimizer as tf.AdamOptimizer & { learningRate: number }).learningRate = 0.001;
      }),
      inMemory(data),
    ],
  },
  ...Object.entries(OPTIMIZERS).flatMap(([name, optimizer]) => [
    {
      name: `${name}: a frozen layer thawed between two fits, which trains what was compiled`,
      model: () => classifier({ optimizer, frozen: true }),
      steps: [inMemory(data, { epochs: 1 }), trainable(0, true), inMemory(data, { epochs: 1 })],
    },
    {
      name: `${name}: a layer frozen between two fits`,
      model: () => classifier({ optimizer }),
      steps: [inMemory(data, { epochs: 1 }), trainable(0, false), inMemory(data, { epochs: 1 })],
    },
  ]),
  {
    name: "a frozen layer thawed and compiled anew",
    model: () => classifier({ frozen: true }),
    steps: [inMemory(data), trainable(0, true), recompile, inMemory(data)],
  },
  {
    name: "a stateful LSTM",
    model: stateful,
    steps: [inMemory(sequences), inMemory(sequences)],
  },
  {
    name: "a stateful LSTM, reset between two fits",
    model: stateful,
    steps: [
      inMemory(sequences),
      change((model) => {
        model.resetStates();
      }),
      inMemory(sequences),
    ],
  },
  {
    name: "a stateful LSTM with data to validate on",
    model: stateful,
    steps: [validated(sequences, { x: numbers([8, 3, 2], "held"), y: oneHot([8], 3, "held") })],
  },
  { name: "a fixed batch shape", model: fixedBatch, steps: [inMemory(data)] },
  {
    name: "a fixed batch shape with data to validate on",
    model: fixedBatch,
    steps: [validated(data, { x: numbers([8, 4], "held"), y: oneHot([8], 3, "held") })],
  },
];
