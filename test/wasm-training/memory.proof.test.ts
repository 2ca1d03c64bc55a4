import * as tf from "@tensorflow/tfjs";
import "@tensorflow/tfjs-backend-wasm";
import { installWasmTraining } from "@unequal/wasm-training";
import { beforeAll, expect, test } from "vitest";

beforeAll(async () => {
  installWasmTraining();
  await tf.setBackend("wasm");
});

const CLASSES = 3;
const BATCH = 8;
const { layers } = tf;

interface Case {
  readonly inputShape: number[];
  /** Inputs are ids of words below this number. */
  readonly words?: number;
  readonly body: readonly tf.layers.Layer[];
}

const conv = (options: object) => layers.conv2d({ filters: 4, kernelSize: 3, ...options });

const CASES: Readonly<Record<string, () => Case>> = {
  "an MLP": () => ({
    inputShape: [784],
    body: [
      layers.dense({ units: 512, activation: "relu", inputShape: [784] }),
      layers.dense({ units: 512, activation: "relu" }),
    ],
  }),
  "a small CNN": () => ({
    inputShape: [8, 8, 2],
    body: [
      conv({ activation: "relu", padding: "same", inputShape: [8, 8, 2] }),
      layers.batchNormalization(),
      layers.maxPooling2d({ poolSize: 2 }),
      conv({ strides: 2, activation: "relu" }),
      layers.flatten(),
    ],
  }),
  "a small LSTM and GRU": () => ({
    inputShape: [6, 3],
    body: [
      layers.masking({ maskValue: 0, inputShape: [6, 3] }),
      layers.lstm({ units: 7, returnSequences: true, dropout: 0.2, recurrentDropout: 0.2 }),
      layers.gru({ units: 5 }),
    ],
  }),
  "a small depthwise net": () => ({
    inputShape: [8, 8, 4],
    body: [
      layers.depthwiseConv2d({ kernelSize: 3, padding: "same", inputShape: [8, 8, 4] }),
      layers.separableConv2d({ filters: 6, kernelSize: 3, strides: 2, depthMultiplier: 2 }),
      layers.globalAveragePooling2d({}),
    ],
  }),
  "a small Embedding model": () => ({
    inputShape: [12],
    words: 50,
    body: [
      layers.embedding({ inputDim: 50, outputDim: 6, inputLength: 12 }),
      layers.globalAveragePooling1d({}),
    ],
  }),
};

function heapBytes(): number {
  return (tf.backend() as unknown as { wasm: { HEAPU8: Uint8Array } }).wasm.HEAPU8.length;
}

test.each(Object.keys(CASES))(
  "1,000 training steps of %s leave as many tensors, and as large a heap, as 50",
  { timeout: 120_000 },
  async (name) => {
    const { inputShape, words, body } = (CASES[name] as () => Case)();
    const head = layers.dense({ units: CLASSES, activation: "softmax" });
    const model = tf.sequential({ layers: [...body, head] });
    model.compile({ optimizer: "adam", loss: "categoricalCrossentropy", metrics: ["accuracy"] });
    const shape = [BATCH, ...inputShape];
    const x =
      words === undefined
        ? tf.randomUniform(shape, 0, 1, "float32", 1)
        : tf.randomUniform(shape, 0, words, "int32", 1);
    const y = tf.oneHot(tf.tensor1d([0, 1, 2, 0, 1, 2, 0, 1], "int32"), CLASSES);
    const before: [number, number, number][] = [];
    for (let step = 1; step <= 1000; step++) {
      await model.trainOnBatch(x, y);
      const { numTensors, numDataBuffers } = tf.memory();
      if (step === 50 || step === 1000) before.push([numTensors, numDataBuffers, heapBytes()]);
    }
    expect(before[1]).toEqual(before[0]);
  },
);
