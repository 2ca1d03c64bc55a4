import * as tf from "@tensorflow/tfjs";
import { integers, numbers, oneHot } from "../columns.js";
import { apply, graph, inRow } from "../compiled.js";
import type { Data, DifferentialCase, Step } from "../differential-case.js";
import { inMemory, streamed, unbatched } from "../steps.js";
import { batches, rows, zipped } from "../streams.js";

const { layers } = tf;
const ROWS = 12;
const loss = "categoricalCrossentropy";
const x = numbers([ROWS, 4], "x");
const y = oneHot([ROWS], 3, "y");
const data = { x, y };
const sequence = numbers([ROWS, 4, 2], "sequence");
const pair = { sequence, table: x };

function head(): tf.layers.Layer {
  return layers.dense({ units: 3, activation: "softmax", name: "kind" });
}

function classifier(): tf.LayersModel {
  const hidden = layers.dense({ units: 5, activation: "tanh", inputShape: [4] });
  return inRow([hidden, head()], { loss, metrics: ["accuracy"] });
}

/** The sequence comes first in the model, and has as many axes as a batch of the table. */
function sequenceAndTable(): tf.LayersModel {
  const first = tf.input({ shape: [4, 2], name: "sequence" });
  const second = tf.input({ shape: [4], name: "table" });
  const joined = apply(layers.concatenate(), [apply(layers.flatten(), first), second]);
  return graph({ inputs: [first, second], outputs: apply(head(), joined) }, { loss });
}

function tableAndSequence(): tf.LayersModel {
  const first = tf.input({ shape: [4], name: "table" });
  const second = tf.input({ shape: [4, 2], name: "sequence" });
  const joined = apply(layers.concatenate(), [first, apply(layers.flatten(), second)]);
  return graph({ inputs: [first, second], outputs: apply(head(), joined) }, { loss });
}

function twoOutputs(): tf.LayersModel {
  const input = tf.input({ shape: [4], name: "table" });
  const outputs = [head(), layers.dense({ units: 1, name: "size" })].map((each) =>
    apply(each, input),
  );
  return graph({ inputs: input, outputs }, { loss: [loss, "meanSquaredError"] });
}

function reader(): tf.LayersModel {
  const embedding = layers.embedding({ inputDim: 6, outputDim: 3, inputLength: 5 });
  return inRow([embedding, layers.lstm({ units: 3 }), head()], { loss });
}

function images(): tf.LayersModel {
  const conv = layers.conv2d({ filters: 2, kernelSize: 3, inputShape: [5, 5, 1] });
  return inRow([conv, layers.flatten(), head()], { loss });
}

function rowByRow(given: Data): Step {
  return unbatched(
    () => rows(given),
    () => batches(given),
  );
}

const sizes = numbers([ROWS, 1], "sizes");
const words = integers([ROWS, 5], 6, "words");
const pictures = numbers([ROWS, 5, 5, 1], "pictures");

/** Streams of batches, as `fitDataset` of both takes them, and of rows. */
export const streams: readonly DifferentialCase[] = [
  {
    name: "batches of a generator",
    model: classifier,
    steps: [streamed(() => batches(data))],
  },
  {
    name: "zipped arrays, batched",
    model: classifier,
    steps: [streamed(() => zipped(data).batch(4))],
  },
  {
    name: "an array of objects, batched",
    model: classifier,
    steps: [
      streamed(() =>
        tf.data
          .array(
            Array.from({ length: ROWS }, (_, at) => ({ xs: [at / 12, 1, 0, -1], ys: [0, 1, 0] })),
          )
          .batch(4),
      ),
    ],
  },
  {
    name: "batches that are mapped, taken and prefetched",
    model: classifier,
    steps: [streamed(() => batches(data).take(2).prefetch(1))],
  },
  {
    name: "ids of words",
    model: reader,
    steps: [streamed(() => batches({ x: words, y }))],
  },
  {
    name: "images",
    model: images,
    steps: [streamed(() => batches({ x: pictures, y }))],
  },
  {
    name: "inputs in a list",
    model: tableAndSequence,
    steps: [streamed(() => batches({ x: [x, sequence], y }))],
  },
  {
    name: "inputs by name",
    model: tableAndSequence,
    steps: [streamed(() => batches({ x: { table: x, sequence }, y }))],
  },
  {
    name: "inputs by name in another order, of which the table comes first in the model",
    model: tableAndSequence,
    steps: [streamed(() => batches({ x: pair, y }))],
  },
  {
    name: "inputs by name in another order, of which the sequence comes first in the model",
    model: sequenceAndTable,
    steps: [streamed(() => batches({ x: { table: x, sequence }, y }))],
  },
  {
    name: "targets by name in another order",
    model: twoOutputs,
    steps: [streamed(() => batches({ x: { table: x }, y: { size: sizes, kind: y } }))],
  },
  {
    name: "targets in a list",
    model: twoOutputs,
    steps: [streamed(() => batches({ x, y: [y, sizes] }))],
  },
  {
    name: "rows, which we batch ourselves",
    model: classifier,
    steps: [rowByRow(data)],
  },
  {
    name: "rows of zipped arrays",
    model: classifier,
    steps: [
      unbatched(
        () => zipped(data),
        () => zipped(data).batch(4),
      ),
    ],
  },
  {
    name: "rows that are sequences",
    model: () => inRow([layers.lstm({ units: 3, inputShape: [4, 2] }), head()], { loss }),
    steps: [rowByRow({ x: sequence, y })],
  },
  {
    name: "rows of a sequence and a table",
    model: sequenceAndTable,
    steps: [rowByRow({ x: pair, y })],
  },
  {
    name: "rows whose first column is a sequence, but the model's first input a table",
    model: tableAndSequence,
    steps: [rowByRow({ x: pair, y })],
  },
  {
    name: "an endless stream, batchesPerEpoch at a time",
    model: classifier,
    steps: [streamed(() => batches(data).repeat(), { batchesPerEpoch: 3, epochs: 4 })],
  },
  {
    name: "an endless stream whose epochs end within a pass",
    model: classifier,
    steps: [streamed(() => batches(data).repeat(), { batchesPerEpoch: 2, epochs: 4 })],
  },
  {
    name: "an endless generator",
    model: classifier,
    steps: [
      streamed(
        () =>
          tf.data.generator(function* () {
            for (let at = 0; ; at++)
              yield {
                xs: tf.fill([4, 4], Math.sin(at)),
                ys: tf.oneHot(tf.tensor1d([0, 1, 2, at % 3], "int32"), 3).toFloat(),
              };
          }),
        { batchesPerEpoch: 2, epochs: 3 },
      ),
    ],
  },
  {
    name: "a repeated stream",
    model: classifier,
    steps: [streamed(() => batches(data).repeat(2))],
  },
  {
    name: "from a later epoch on",
    model: classifier,
    steps: [streamed(() => batches(data), { initialEpoch: 1, epochs: 3 })],
  },
  {
    name: "a stream, then data in memory, then the stream again",
    model: classifier,
    steps: [streamed(() => batches(data)), inMemory(data), streamed(() => batches(data))],
  },
];
