import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, test } from "vitest";
import {
  drawWeights,
  expectExactNorms,
  integers,
  modelOf,
  numbers,
  onePass,
  type NormCase,
} from "../../testing/gradient-norm-oracle.js";
import { gradientNorms } from "./gradient-norm.js";

beforeAll(async () => {
  await tf.setBackend("cpu");
});

type Symbolic = tf.SymbolicTensor;

function dense(units: number, activation?: "relu" | "tanh", extra = {}): tf.layers.Layer {
  return tf.layers.dense({ units, ...(activation && { activation }), ...extra });
}

function apply(layer: tf.layers.Layer, ...x: Symbolic[]): Symbolic {
  return layer.apply(x.length === 1 ? (x[0] as Symbolic) : x) as Symbolic;
}

/** Lets a test tie the kernels of two layers, which tfjs has no option for. */
interface Tied extends tf.layers.Layer {
  kernel: unknown;
}

const covered: Record<string, () => NormCase> = {
  "a frozen layer": () => {
    const layers = [dense(7, "relu", { inputShape: [6] }), dense(5, "tanh"), dense(3)];
    const model = drawWeights(tf.sequential({ layers }));
    (model.layers[1] as tf.layers.Layer).trainable = false;
    return { model, x: numbers([6]) };
  },
  "a Dense layer used twice": () => {
    const shared = dense(4, "tanh");
    return { model: modelOf([4], (x) => apply(shared, apply(shared, x))), x: numbers([4]) };
  },
  "a Conv2D layer used on images of two sizes": () => {
    const shared = tf.layers.conv2d({ filters: 2, kernelSize: 3, activation: "tanh" });
    const model = modelOf([8, 8, 2], (x) => apply(shared, apply(shared, x)));
    return { model, x: numbers([8, 8, 2]) };
  },
  "an Embedding and a recurrent layer used twice": () => {
    const table = tf.layers.embedding({ inputDim: 6, outputDim: 3 });
    const reader = tf.layers.gru({ units: 3, returnSequences: true });
    const model = modelOf([4], (x) =>
      apply(tf.layers.add(), apply(reader, apply(reader, apply(table, x))), apply(table, x)),
    );
    return { model, x: integers([4], 6) };
  },
  "normalisations used twice": () => {
    const [first, second] = [tf.layers.batchNormalization(), tf.layers.layerNormalization()];
    const each = (x: Symbolic): Symbolic => apply(second, apply(dense(4, "tanh"), apply(first, x)));
    return { model: modelOf([4], (x) => each(each(x))), x: numbers([4]) };
  },
  "nested models": () => {
    const inner = tf.sequential({ layers: [dense(4, "relu", { inputShape: [6] })] });
    const model = drawWeights(tf.sequential({ layers: [inner, dense(2)] }));
    return { model, x: numbers([6]) };
  },
  "two Dense layers with one kernel": () => {
    const [first, second] = [dense(6, "tanh", { inputShape: [6] }), dense(6, "relu")];
    const model = drawWeights(tf.sequential({ layers: [first, second, dense(2)] }));
    (second as Tied).kernel = (first as Tied).kernel;
    return { model, x: numbers([6]), idle: 1 };
  },
  "a Dense layer used by itself and inside TimeDistributed": () => {
    const shared = dense(4, "tanh");
    const model = modelOf([3, 4], (x) => {
      const each = apply(tf.layers.timeDistributed({ layer: shared }), x);
      return apply(shared, apply(tf.layers.globalAveragePooling1d({}), each));
    });
    return { model, x: numbers([3, 4]) };
  },
  "a model of Conv2D and PReLU inside TimeDistributed": () => {
    const layers = [
      tf.layers.conv2d({ filters: 2, kernelSize: 2, inputShape: [4, 4, 1] }),
      tf.layers.prelu(),
    ];
    const layer = tf.sequential({ layers });
    const model = modelOf([3, 4, 4, 1], (x) => apply(tf.layers.timeDistributed({ layer }), x));
    return { model, x: numbers([3, 4, 4, 1]) };
  },
  "a branch that no loss depends on": () => {
    const input = tf.input({ shape: [6] });
    const outputs = [apply(tf.layers.prelu(), input), apply(dense(5, "tanh"), input)];
    const nested = tf.model({ inputs: input, outputs });
    const outer = tf.input({ shape: [6] });
    const [, used] = nested.apply(outer) as Symbolic[];
    const output = apply(dense(2), used as Symbolic);
    return {
      model: drawWeights(tf.model({ inputs: outer, outputs: output })),
      x: numbers([6]),
      idle: 1,
    };
  },
  "large integers": () => {
    const input = tf.input({ shape: [2], dtype: "int32" });
    const model = drawWeights(tf.model({ inputs: input, outputs: apply(dense(2), input) }));
    const x = tf.add(tf.cast(integers([2], 60_000), "int32"), tf.scalar(50_000, "int32"));
    return { model, x, faint: 1 };
  },
  "a masked LSTM in both directions": () => {
    const table = tf.layers.embedding({ inputDim: 4, outputDim: 3, maskZero: true });
    const layer = tf.layers.lstm({ units: 3, recurrentActivation: "sigmoid" });
    const both = tf.layers.bidirectional({ layer, mergeMode: "concat" });
    return { model: modelOf([5], (x) => apply(both, apply(table, x))), x: integers([5], 4) };
  },
  "a GRU that returns its state": () => {
    const model = modelOf([5, 3], (x) => {
      const layer = tf.layers.gru({ units: 4, returnSequences: true, returnState: true });
      const [all, last] = layer.apply(x) as [Symbolic, Symbolic];
      const flat = [apply(tf.layers.flatten(), all), apply(dense(20, "tanh"), last)];
      return apply(tf.layers.add(), ...flat);
    });
    return { model, x: numbers([5, 3]) };
  },
  "cells of two kinds on top of each other": () => {
    const cell = [
      tf.layers.gruCell({ units: 5, activation: "linear" }),
      tf.layers.lstmCell({ units: 4, activation: "linear" }),
    ];
    const model = modelOf([5, 3], (x) => apply(tf.layers.rnn({ cell, returnSequences: true }), x));
    return { model, x: numbers([5, 3]) };
  },
};

describe.each(Object.entries(covered))("%s", (_name, make) => {
  test("its norms equal those of batches of one, in one pass", async () => {
    expect(await expectExactNorms(make())).toEqual(onePass);
  });
});

interface Watchable {
  activation: { readonly getClassName: () => string; readonly apply: (z: tf.Tensor) => tf.Tensor };
  call: (inputs: tf.Tensor, kwargs: object) => tf.Tensor;
}

/** What a pass of one layer needs in addition to its losses. */
function passOf(layer: tf.layers.Layer) {
  const variables = layer.trainableWeights.map((weight) => weight.read() as tf.Variable);
  return { layers: [layer], variables, size: 5, note: () => undefined };
}

test("an activation that the pass itself replaces is watched all the same", async () => {
  const layer = dense(3, "tanh", { inputShape: [4] });
  const model = tf.sequential({ layers: [layer] });
  const x = numbers([4]);
  const open = layer as unknown as Watchable;
  const norms = await gradientNorms({
    ...passOf(layer),
    losses: ({ begin, size } = { begin: 0, size: 5 }) => {
      const { activation } = open;
      open.activation = { getClassName: () => "replaced", apply: (z) => tf.mul(z, 3) };
      const [z] = [model.call(tf.slice(x, begin, size), {})].flat() as [tf.Tensor];
      open.activation = activation;
      return tf.sum(z, 1);
    },
  });
  // ℓ = 3 Σ_u z_u: the kernel's gradient is 3 xᵢ in each of 3 columns, the bias's 3
  (x.arraySync() as number[][]).forEach((row, at) => {
    const expected = Math.sqrt(27 * (1 + row.reduce((sum, value) => sum + value * value, 0)));
    expect(Math.abs((norms[at] as number) - expected)).toBeLessThanOrEqual(1e-4 * expected);
  });
});

test.each([
  ["a Dense layer", () => dense(3, "tanh", { inputShape: [4] }), [4]],
  ["a GRU", () => tf.layers.gru({ units: 3, inputShape: [2, 4] }), [2, 4]],
])(
  "a pass through %s that throws leaves it as it was, and no tensors of ours",
  async (_, make, shape) => {
    const layer = make();
    const model = tf.sequential({ layers: [layer] });
    const x = numbers(shape);
    const watched = (layer as unknown as { cell?: object }).cell ?? layer;
    const { activation, call } = watched as Watchable;
    const pass = passOf(layer);
    const losses = (): never => {
      model.call(x, {});
      throw new Error("inside");
    };

    const before = tf.memory().numTensors;
    await expect(gradientNorms({ ...pass, losses })).rejects.toThrow("inside");
    expect(watched).toMatchObject({ activation, call });
    expect(Object.keys(watched)).not.toContain("call");
    // what tfjs saves for a backward pass that never comes
    const { activeTape } = tf.engine().state;
    tf.dispose(activeTape.flatMap(({ saved }) => saved ?? []));
    expect(tf.memory().numTensors).toBe(before);
  },
);
