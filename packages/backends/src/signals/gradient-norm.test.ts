import * as tf from "@tensorflow/tfjs";
import { createRandom } from "@unequal/core";
import { beforeAll, describe, expect, test } from "vitest";
import { flattenLayers } from "../models/flatten-layers.js";
import { gradientNorms } from "./gradient-norm.js";

beforeAll(async () => {
  await tf.setBackend("cpu");
});

const SIZE = 5;
const random = createRandom(21);

function numbers(shape: number[]): tf.Tensor {
  const size = shape.reduce((a, b) => a * b, 1);
  return tf.tensor(
    Float32Array.from({ length: size }, () => 2 * random.uniform() - 1),
    shape,
  );
}

function seeded(units: number, activation?: "relu" | "tanh", extra = {}): tf.layers.Layer {
  const kernelInitializer = tf.initializers.glorotNormal({ seed: 40 + units });
  return tf.layers.dense({ units, kernelInitializer, ...(activation && { activation }), ...extra });
}

/** Lets a test tie the kernels of two layers, which tfjs has no option for. */
interface Tied extends tf.layers.Layer {
  kernel: unknown;
}

/** Makes a layer that multiplies by another one's transposed kernel, as tied autoencoders do. */
function decoder(encoder: Tied): tf.layers.Layer {
  const kernel = encoder.kernel as { read: () => tf.Tensor };
  return Object.assign(tf.layers.activation({ activation: "linear" }), {
    _trainableWeights: [kernel],
    computeOutputShape: () => [null, 6],
    call: (inputs: tf.Tensor | tf.Tensor[]) =>
      tf.matMul([inputs].flat()[0] as tf.Tensor, kernel.read(), false, true),
  });
}

interface Case {
  readonly model: tf.LayersModel;
  readonly x: tf.Tensor;
}

const cases: Record<string, () => Case> = {
  "a Dense-only net": () => ({
    model: tf.sequential({
      layers: [
        seeded(7, "relu", { inputShape: [6] }),
        seeded(5, "tanh", { useBias: false }),
        seeded(3),
      ],
    }),
    x: numbers([SIZE, 6]),
  }),
  "a frozen layer": () => {
    const model = tf.sequential({
      layers: [seeded(7, "relu", { inputShape: [6] }), seeded(5, "tanh"), seeded(3)],
    });
    (model.layers[1] as tf.layers.Layer).trainable = false;
    return { model, x: numbers([SIZE, 6]) };
  },
  "a Dense layer used twice": () => {
    const input = tf.input({ shape: [4] });
    const shared = seeded(4, "tanh");
    const output = seeded(2).apply(shared.apply(shared.apply(input)));
    return {
      model: tf.model({ inputs: input, outputs: output as tf.SymbolicTensor }),
      x: numbers([SIZE, 4]),
    };
  },
  "Dense on few long positions (direct form)": () => ({
    model: tf.sequential({
      layers: [seeded(2, "tanh", { inputShape: [9, 3] }), tf.layers.flatten(), seeded(2)],
    }),
    x: numbers([SIZE, 9, 3]),
  }),
  "Dense on many features (Gram form)": () => ({
    model: tf.sequential({
      layers: [seeded(20, "tanh", { inputShape: [2, 30] }), tf.layers.flatten(), seeded(2)],
    }),
    x: numbers([SIZE, 2, 30]),
  }),
  "a nested model": () => ({
    model: tf.sequential({
      layers: [tf.sequential({ layers: [seeded(4, "relu", { inputShape: [6] })] }), seeded(2)],
    }),
    x: numbers([SIZE, 6]),
  }),
  "two Dense layers with one kernel": () => {
    const [first, second] = [seeded(6, "tanh", { inputShape: [6] }), seeded(6, "relu")];
    const model = tf.sequential({ layers: [first, second, seeded(2)] });
    (second as Tied).kernel = (first as Tied).kernel;
    return { model, x: numbers([SIZE, 6]) };
  },
  "a kernel that a layer of another kind uses too": () => {
    const encoder = seeded(4, "tanh");
    const input = tf.input({ shape: [6] });
    const code = encoder.apply(input);
    const output = decoder(encoder as Tied).apply(code) as tf.SymbolicTensor;
    return { model: tf.model({ inputs: input, outputs: output }), x: numbers([SIZE, 6]) };
  },
  "a Dense layer used by itself and inside TimeDistributed": () => {
    const input = tf.input({ shape: [3, 4] });
    const shared = seeded(4, "tanh");
    const each = tf.layers.timeDistributed({ layer: shared }).apply(input);
    const output = seeded(2).apply(shared.apply(tf.layers.globalAveragePooling1d({}).apply(each)));
    return {
      model: tf.model({ inputs: input, outputs: output as tf.SymbolicTensor }),
      x: numbers([SIZE, 3, 4]),
    };
  },
  "a branch that no loss depends on": () => {
    const input = tf.input({ shape: [6] });
    const dead = tf.layers.prelu().apply(input) as tf.SymbolicTensor;
    const live = seeded(5, "tanh").apply(input) as tf.SymbolicTensor;
    const nested = tf.model({ inputs: input, outputs: [dead, live] });
    const outer = tf.input({ shape: [6] });
    const [, used] = nested.apply(outer) as tf.SymbolicTensor[];
    const output = seeded(2).apply(used as tf.SymbolicTensor) as tf.SymbolicTensor;
    return { model: tf.model({ inputs: outer, outputs: output }), x: numbers([SIZE, 6]) };
  },
  "large integers": () => {
    const input = tf.input({ shape: [2], dtype: "int32" });
    return {
      model: tf.model({ inputs: input, outputs: seeded(2).apply(input) as tf.SymbolicTensor }),
      x: tf.tensor2d(
        Array.from({ length: SIZE }, () => [50_000, random.integer(60_000)]),
        [SIZE, 2],
        "int32",
      ),
    };
  },
  "Dense inside TimeDistributed": () => ({
    model: tf.sequential({
      layers: [
        tf.layers.timeDistributed({ layer: seeded(3, "tanh"), inputShape: [4, 2] }),
        tf.layers.flatten(),
        seeded(2),
      ],
    }),
    x: numbers([SIZE, 4, 2]),
  }),
  "Dense, Conv2D and BatchNormalization": () => {
    const model = tf.sequential({
      layers: [
        tf.layers.conv2d({ filters: 3, kernelSize: 3, activation: "relu", inputShape: [6, 6, 2] }),
        tf.layers.batchNormalization(),
        tf.layers.flatten(),
        seeded(4, "relu"),
        seeded(2),
      ],
    });
    const statistics = model.weights.filter(({ name }) => name.includes("moving"));
    statistics.forEach((weight) =>
      weight.write(tf.add(tf.abs(numbers(weight.shape as number[])), 0.3)),
    );
    return { model, x: numbers([SIZE, 6, 6, 2]) };
  },
  "Embedding, LSTM and Dense": () => ({
    model: tf.sequential({
      layers: [
        tf.layers.embedding({ inputDim: 6, outputDim: 4, inputLength: 5 }),
        tf.layers.lstm({ units: 4 }),
        seeded(2),
      ],
    }),
    x: tf.tensor2d(
      Array.from({ length: SIZE }, () => Array.from({ length: 5 }, () => random.integer(6))),
    ),
  }),
};

describe.each(Object.keys(cases))("%s", (name) => {
  test("its norms equal tf.variableGrads on batches of one, to 1e-4", async () => {
    const { model, x } = cases[name]?.() as Case;
    const y = numbers(
      (model.outputs[0]?.shape as number[]).map((size, axis) => (axis === 0 ? SIZE : size)),
    );
    const weights = [1, 0.5, 3, 0, 2];
    const forward = (begin: number, size: number): tf.Tensor1D => {
      const [z] = [model.call(tf.slice(x, begin, size), { training: false })].flat() as [tf.Tensor];
      const each = tf.sum(
        tf.reshape(tf.square(tf.sub(z, tf.slice(y, begin, size))), [size, -1]),
        1,
      );
      return tf.mul(each, tf.tensor1d(weights.slice(begin, begin + size)));
    };
    const variables = model.trainableWeights.map((weight) => weight.read() as tf.Variable);
    const before = model.layers.map((layer) => Object.keys(layer).includes("call"));

    const norms = await gradientNorms({
      layers: flattenLayers(model),
      variables,
      size: SIZE,
      losses: ({ begin, size } = { begin: 0, size: SIZE }) => forward(begin, size),
    });

    for (let row = 0; row < SIZE; row++) {
      const { grads } = tf.variableGrads(() => tf.sum(forward(row, 1)), variables);
      const square = Object.values(grads).reduce(
        (sum, gradient) => sum + (tf.sum(tf.square(gradient)).dataSync()[0] as number),
        0,
      );
      const naive = Math.sqrt(square);
      expect(Math.abs((norms[row] as number) - naive)).toBeLessThanOrEqual(1e-4 * naive);
    }
    expect(norms[3]).toBe(0);
    expect(model.layers.map((layer) => Object.keys(layer).includes("call"))).toEqual(before);
  });
});

interface Watchable {
  activation: { readonly getClassName: () => string; readonly apply: (z: tf.Tensor) => tf.Tensor };
  call: (inputs: tf.Tensor, kwargs: object) => tf.Tensor;
}

test("an activation that the pass itself replaces is watched all the same", async () => {
  const layer = seeded(3, "tanh", { inputShape: [4] });
  const model = tf.sequential({ layers: [layer] });
  const x = numbers([SIZE, 4]);
  const open = layer as unknown as Watchable;
  const norms = await gradientNorms({
    layers: model.layers,
    variables: model.trainableWeights.map((weight) => weight.read() as tf.Variable),
    size: SIZE,
    losses: ({ begin, size } = { begin: 0, size: SIZE }) => {
      const { activation } = open;
      open.activation = { getClassName: () => "replaced", apply: (z) => tf.mul(z, 3) };
      const [z] = [model.call(tf.slice(x, begin, size), {})].flat() as [tf.Tensor];
      open.activation = activation;
      return tf.sum(z, 1);
    },
  });
  // ℓ = 3 Σ_u z_u: the kernel's gradient is 3 xᵢ in each of 3 columns, the bias's 3
  const rows = tf.reshape(x, [SIZE, 4]).arraySync() as number[][];
  rows.forEach((row, at) => {
    const expected = Math.sqrt(27 * (1 + row.reduce((sum, value) => sum + value * value, 0)));
    expect(Math.abs((norms[at] as number) - expected)).toBeLessThanOrEqual(1e-4 * expected);
  });
});

test("a pass that throws leaves the layers as they were, and no tensors of ours", async () => {
  const layer = seeded(3, "tanh", { inputShape: [4] });
  const model = tf.sequential({ layers: [layer] });
  const variables = model.trainableWeights.map((weight) => weight.read() as tf.Variable);
  const x = numbers([SIZE, 4]);
  const { activation, call } = layer as unknown as Watchable;
  const shadow = call.bind(layer);
  (layer as unknown as Watchable).call = shadow;
  const losses = (): never => {
    model.call(x, {});
    throw new Error("inside");
  };

  const before = tf.memory().numTensors;
  expect(() => tf.tidy(() => void tf.variableGrads(losses, variables))).toThrow("inside");
  const lostByTfjs = tf.memory().numTensors - before;
  const norms = gradientNorms({ layers: model.layers, variables, size: SIZE, losses });
  await expect(norms).rejects.toThrow("inside");
  expect(tf.memory().numTensors - before).toBe(2 * lostByTfjs);
  expect(layer).toMatchObject({ activation, call: shadow });
});

test("leaks nothing", async () => {
  const { model, x } = cases["a Dense-only net"]?.() as Case;
  const run = () =>
    gradientNorms({
      layers: flattenLayers(model),
      variables: model.trainableWeights.map((weight) => weight.read() as tf.Variable),
      size: SIZE,
      losses: ({ begin, size } = { begin: 0, size: SIZE }) =>
        tf.sum(tf.square(([model.call(tf.slice(x, begin, size), {})].flat() as [tf.Tensor])[0]), 1),
    });
  await run();
  const before = tf.memory().numTensors;
  await run();
  expect(tf.memory().numTensors).toBe(before);
});
