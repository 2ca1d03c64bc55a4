import * as tf from "@tensorflow/tfjs";
import { beforeAll, expect, test } from "vitest";
import {
  expectExactNorms,
  integers,
  modelOf,
  numbers,
  onePass,
} from "../../../testing/gradient-norm-oracle.js";
import { optionsGrid } from "../../../testing/options-grid.js";

beforeAll(async () => {
  await tf.setBackend("cpu");
});

const padding = ["valid", "same"] as const;
const dataFormat = ["channelsLast", "channelsFirst"] as const;

function image(format: (typeof dataFormat)[number], channels: number): number[] {
  return format === "channelsLast" ? [7, 6, channels] : [channels, 7, 6];
}

/** Checks a layer between the inputs and an output layer. */
async function check(layer: tf.layers.Layer, shape: number[], x = numbers(shape)): Promise<void> {
  const model = modelOf(shape, (input) => layer.apply(input) as tf.SymbolicTensor);
  expect(await expectExactNorms({ model, x })).toEqual(onePass);
}

test.each(optionsGrid({ strides: [1, 2, 3], padding, useBias: [true, false] }))(
  "Conv1D %o",
  async (options) => {
    const filters = { filters: 4, kernelSize: 4, activation: "tanh" } as const;
    await check(tf.layers.conv1d({ ...filters, ...options }), [9, 3]);
  },
);

test.each(optionsGrid({ strides: [1, 2], padding, dataFormat, kernelSize: [[3, 2], 1] }))(
  "Conv2D %o",
  async ({ kernelSize, ...options }) => {
    const filters = { filters: 4, activation: "tanh", kernelSize: kernelSize as number } as const;
    await check(tf.layers.conv2d({ ...filters, ...options }), image(options.dataFormat, 3));
  },
);

test.each(optionsGrid({ strides: [1, 2], padding }))(
  "Conv2D of many channels at few positions (Gram form) %o",
  async (options) => {
    await check(tf.layers.conv2d({ filters: 20, kernelSize: 2, ...options }), [3, 3, 20]);
  },
);

test.each(optionsGrid({ strides: [1, 2], padding }))("Conv3D %o", async (options) => {
  const filters = { filters: 3, kernelSize: 2, activation: "relu" } as const;
  await check(tf.layers.conv3d({ ...filters, ...options }), [4, 5, 3, 2]);
});

test.each(optionsGrid({ strides: [1, 2, 4], padding, dataFormat }))(
  "Conv2DTranspose %o",
  async (options) => {
    const filters = { filters: 3, kernelSize: 3, activation: "tanh" } as const;
    const layer = tf.layers.conv2dTranspose({ ...filters, ...options });
    await check(layer, image(options.dataFormat, 2));
  },
);

test.each(optionsGrid({ strides: [1, 2], padding, dataFormat, depthMultiplier: [1, 2] }))(
  "DepthwiseConv2D %o",
  async ({ strides, ...options }) => {
    const window = { kernelSize: [3, 2], activation: "tanh" } as const;
    const both: [number, number] = [strides, strides];
    const layer = tf.layers.depthwiseConv2d({
      ...options,
      ...window,
      kernelSize: [3, 2],
      strides: both,
    });
    await check(layer, image(options.dataFormat, 3));
  },
);

test.each(
  optionsGrid({ strides: [1, 2], padding, depthMultiplier: [1, 2], useBias: [true, false] }),
)("SeparableConv2D %o", async (options) => {
  const filters = { filters: 4, kernelSize: 3, activation: "tanh" } as const;
  await check(tf.layers.separableConv2d({ ...filters, ...options }), [7, 6, 3]);
});

test.each(optionsGrid({ maskZero: [true, false], width: [3, 8] }))(
  "Embedding of words that come again %o",
  async ({ maskZero, width }) => {
    const layer = tf.layers.embedding({ inputDim: 5, outputDim: 3, maskZero, inputLength: width });
    const model = modelOf([width], (words) => {
      const read = tf.layers.simpleRNN({ units: 4 }).apply(layer.apply(words));
      return read as tf.SymbolicTensor;
    });
    expect(await expectExactNorms({ model, x: integers([width], 5) })).toEqual(onePass);
  },
);

const flags = [true, false];
const recurrent = optionsGrid({
  kind: ["simpleRNN", "lstm", "gru"],
  returnSequences: flags,
  goBackwards: flags,
  useBias: flags,
});

test.each(recurrent)("recurrent %o", async ({ kind, ...options }) => {
  const cell = { units: 4, recurrentInitializer: "glorotUniform" } as const;
  await check(tf.layers[kind]({ ...cell, ...options }), [5, 3]);
});

// without scale or center, tfjs cannot differentiate a normalisation
test.each([[[6]], [[4, 6]], [[3, 4, 5]]])("BatchNormalization of %o", async (shape) => {
  await check(tf.layers.batchNormalization(), shape);
});

test.each([-1, [2], [2, 1], [1]])("LayerNormalization along %o", async (axis) => {
  await check(tf.layers.layerNormalization({ axis }), [4, 6]);
});

test.each([undefined, [1], [1, 2], [3]])("PReLU with slopes shared along %o", async (shared) => {
  await check(tf.layers.prelu(shared && { sharedAxes: shared }), [4, 3, 2]);
});

test("Dense at several positions, directly and by the Gram form", async () => {
  await check(tf.layers.dense({ units: 2, activation: "tanh" }), [9, 3]);
  await check(tf.layers.dense({ units: 20, activation: "tanh" }), [2, 30]);
});
