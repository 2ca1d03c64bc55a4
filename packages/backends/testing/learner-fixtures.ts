import * as tf from "@tensorflow/tfjs";
import { createRandom, type HostBatch } from "@unequal/core";

export interface Column {
  readonly data: Float32Array;
  readonly shape: number[];
  readonly dtype: "float32";
}

export function column(columns: HostBatch["inputs"], at = 0): Column {
  return (columns as unknown as readonly Column[])[at] as Column;
}

export function tensor(columns: HostBatch["inputs"], at = 0): tf.Tensor {
  const { data, shape } = column(columns, at);
  return tf.tensor(data, shape);
}

export const SIZE = 8;
const random = createRandom(3);

export function host(inputs: number[][], targets: number[][], weights?: Float32Array): HostBatch {
  const columns = (shapes: number[][]) =>
    shapes.map((shape) => {
      const data = Float32Array.from(
        { length: shape.reduce((a, b) => a * b, SIZE) },
        () => random.uniform() - 0.5,
      );
      return { data, shape: [SIZE, ...shape], dtype: "float32" as const };
    });
  return {
    size: SIZE,
    inputs: columns(inputs),
    targets: columns(targets),
    ...(weights && { weights }),
  };
}

export function classTargets(batch: HostBatch, classes: number): HostBatch {
  const data = new Float32Array(SIZE * classes);
  for (let row = 0; row < SIZE; row++) data[row * classes + random.integer(classes)] = 1;
  return { ...batch, targets: [{ data, shape: [SIZE, classes], dtype: "float32" }] };
}

export const all = Int32Array.from({ length: SIZE }, (_, row) => row);
export const equal = new Float32Array(SIZE).fill(1 / SIZE);
export const quiet = { noise: 1, signals: [] };

export function dense(units: number, activation: string | undefined, extra = {}): tf.layers.Layer {
  return tf.layers.dense({
    units,
    kernelInitializer: tf.initializers.glorotNormal({ seed: 7 + units }),
    ...(activation && { activation: activation as "relu" }),
    ...extra,
  });
}

export const compile = { loss: "categoricalCrossentropy", metrics: ["accuracy"] };

/** Five ways to write the same softmax classifier. */
export const classifiers: Record<string, () => tf.LayersModel> = {
  "a fused softmax": () =>
    tf.sequential({ layers: [dense(6, "tanh", { inputShape: [4] }), dense(3, "softmax")] }),
  "an Activation layer": () =>
    tf.sequential({
      layers: [
        dense(6, "tanh", { inputShape: [4] }),
        dense(3, undefined),
        tf.layers.activation({ activation: "softmax" }),
      ],
    }),
  "a Softmax layer": () =>
    tf.sequential({
      layers: [
        dense(6, "tanh", { inputShape: [4] }),
        dense(3, undefined),
        tf.layers.softmax({ axis: -1 }),
      ],
    }),
  "a nested model": () => {
    const inner = tf.sequential({ layers: [dense(3, "softmax", { inputShape: [6] })] });
    return tf.sequential({ layers: [dense(6, "tanh", { inputShape: [4] }), inner] });
  },
  "a functional model": () => {
    const input = tf.input({ shape: [4] });
    const output = dense(3, "softmax").apply(dense(6, "tanh").apply(input)) as tf.SymbolicTensor;
    return tf.model({ inputs: input, outputs: output });
  },
};

/** Copies all weights of a model to the host. */
export async function weightsOf(model: tf.LayersModel): Promise<number[][]> {
  return Promise.all(model.getWeights().map(async (weight) => [...(await weight.data())]));
}
