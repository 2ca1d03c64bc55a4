import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, test } from "vitest";
import { expectExactNorms, modelOf, numbers, onePass } from "../../testing/gradient-norm-oracle.js";
import { optionsGrid } from "../../testing/options-grid.js";
import { wholeModels } from "../../testing/whole-models.js";
import "@tensorflow/tfjs-backend-wasm";
import { installWasmTraining } from "@unequal/wasm-training";

beforeAll(async () => {
  installWasmTraining();
  await tf.setBackend("wasm");
});

/** Names of the kernels that ran meanwhile. */
async function kernelsOf(run: () => Promise<unknown>): Promise<readonly string[]> {
  const { kernelNames } = await tf.profile(async () => {
    await run();
    return tf.scalar(0);
  });
  return kernelNames;
}

async function check(layer: tf.layers.Layer, shape: number[]): Promise<void> {
  const model = modelOf(shape, (input) => layer.apply(input) as tf.SymbolicTensor);
  expect(await expectExactNorms({ model, x: numbers(shape) })).toEqual(onePass);
}

const padding = ["valid", "same"] as const;
const strides = [1, 2];

describe.each(Object.entries(wholeModels))("%s", (_name, make) => {
  test("its norms equal those of batches of one, in one pass", async () => {
    expect(await expectExactNorms(make())).toEqual(onePass);
  });
});

test.each(optionsGrid({ strides, padding, dataFormat: ["channelsLast", "channelsFirst"] }))(
  "Conv2D %o",
  async (options) => {
    await check(tf.layers.conv2d({ filters: 5, kernelSize: [3, 2], ...options }), [6, 7, 6]);
  },
);

test.each(optionsGrid({ strides, padding }))("convolutions of other kinds %o", async (options) => {
  const window = { ...options, activation: "tanh" } as const;
  const both = { strides: [options.strides, options.strides] as [number, number] };
  await check(tf.layers.conv1d({ filters: 3, kernelSize: 4, ...window }), [9, 3]);
  await check(tf.layers.conv2dTranspose({ filters: 2, kernelSize: 3, ...window }), [4, 3, 2]);
  await check(
    tf.layers.depthwiseConv2d({ ...window, kernelSize: 3, depthMultiplier: 2, ...both }),
    [6, 7, 3],
  );
});

const flags = [true, false];

describe.each(
  optionsGrid({
    kind: ["lstm", "gru"],
    returnSequences: flags,
    goBackwards: flags,
    useBias: flags,
  }),
)("recurrent %o", ({ kind, ...options }) => {
  test("its norms come from the one operation that the layer runs by", async () => {
    const kernels = await kernelsOf(() => check(tf.layers[kind]({ units: 5, ...options }), [6, 3]));
    expect(kernels).toContain(kind === "lstm" ? "LstmSequenceGrad" : "GruSequenceGrad");
    // as the steps of the stock cells do
    expect(kernels).not.toContain("SplitV");
  });
});

test("a kernel that a layer of another kind holds too is not lost in the one operation", async () => {
  const reader = tf.layers.gru({ units: 3, name: "reader" });
  const model = modelOf([4, 3], (x) => {
    const read = reader.apply(x) as tf.SymbolicTensor;
    const { kernel } = (reader as unknown as { cell: { kernel: unknown } }).cell;
    const holder = tf.layers.activation({ activation: "linear", name: "holder" });
    return Object.assign(holder, { _trainableWeights: [kernel] }).apply(read) as tf.SymbolicTensor;
  });
  const { notes, passes } = await expectExactNorms({ model, x: numbers([4, 3]) });
  expect(notes).toEqual([expect.stringMatching(/covers .* \(GRUCell\), holder \(Activation\)\./)]);
  expect(passes).toBe(1 + 5);
});

test("recurrent layers that run step by step, and others", async () => {
  await check(tf.layers.simpleRNN({ units: 4 }), [5, 3]);
  await check(tf.layers.lstm({ units: 4, activation: "softsign" }), [5, 3]);
  await check(tf.layers.gru({ units: 4, activation: "softsign" }), [5, 3]);
  await check(tf.layers.layerNormalization(), [4, 6]);
  await check(tf.layers.prelu({ sharedAxes: [1] }), [4, 3]);
});
