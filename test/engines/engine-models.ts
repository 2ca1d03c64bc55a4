import * as tf from "@tensorflow/tfjs";
import { createRandom, type Dataset, type HostArray } from "@unequal/core";

const SIZE = 24;
const CLASSES = 3;

/** A small model for each family of kernels that training needs, and examples for it. */
export interface EngineModel {
  /** Builds and compiles it, with the same weights at each call. */
  readonly build: () => tf.LayersModel;
  readonly dataset: Dataset;
}

/** Gives every weight numbers of its own, drawn outside of the engine; variances are positive. */
function plant(model: tf.LayersModel): tf.LayersModel {
  const random = createRandom("weights of engine models");
  tf.tidy(() => {
    for (const weight of model.weights) {
      const shape = weight.shape as number[];
      const size = shape.reduce((a, b) => a * b, 1);
      const values = Float32Array.from({ length: size }, () => random.uniform() - 0.5);
      const tensor = tf.tensor(values, shape);
      weight.write(weight.name.includes("variance") ? tf.add(tf.abs(tensor), 0.5) : tensor);
    }
  });
  model.compile({
    optimizer: tf.train.adam(0.03),
    loss: "categoricalCrossentropy",
    metrics: ["accuracy"],
  });
  return model;
}

function column(rows: readonly (readonly number[])[], shape: readonly number[]): HostArray {
  return {
    data: Float32Array.from(rows.flat()),
    shape: [rows.length, ...shape],
    dtype: "float32",
  };
}

/** Examples of classes that the inputs tell apart, so that a model can learn them. */
function examples(shape: readonly number[], words?: number): Dataset {
  const random = createRandom("examples of engine models");
  const width = shape.reduce((a, b) => a * b, 1);
  const value = (label: number, at: number): number =>
    words === undefined
      ? random.uniform() - 0.5 + (at % CLASSES === label ? 0.8 : 0)
      : random.uniform() < 0.5
        ? label
        : random.integer(words);
  const inputs = Array.from({ length: SIZE }, (_, id) =>
    Array.from({ length: width }, (_, at) => value(id % CLASSES, at)),
  );
  return {
    name: "engine examples",
    size: SIZE,
    fixed: true,
    take: (ids) => ({
      size: ids.length,
      inputs: [
        column(
          Array.from(ids, (id) => inputs[id] ?? []),
          shape,
        ),
      ],
      targets: [
        column(
          Array.from(ids, (id) => [0, 1, 2].map((label) => (id % CLASSES === label ? 1 : 0))),
          [CLASSES],
        ),
      ],
    }),
    labels: () => Int32Array.from({ length: SIZE }, (_, id) => id % CLASSES),
  };
}

function classifier(layers: () => readonly tf.layers.Layer[]): () => tf.LayersModel {
  const head = () => tf.layers.dense({ units: CLASSES, activation: "softmax" });
  return () => plant(tf.sequential({ layers: [...layers(), head()] }));
}

const { layers } = tf;

/** The models that every engine is held to. */
export const engineModels = {
  "a perceptron": {
    build: classifier(() => [
      layers.dense({ units: 8, activation: "relu", inputShape: [6] }),
      layers.dense({ units: 5, activation: "tanh", kernelRegularizer: "l1l2" }),
    ]),
    dataset: examples([6]),
  },
  "a convnet": {
    build: classifier(() => [
      // no bias, which a normalisation takes away: Adam would make steps of its rounding errors
      layers.conv2d({
        filters: 3,
        kernelSize: 3,
        padding: "same",
        useBias: false,
        inputShape: [6, 6, 2],
      }),
      layers.batchNormalization(),
      layers.activation({ activation: "relu" }),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.separableConv2d({ filters: 4, kernelSize: 2, strides: 1 }),
      layers.flatten(),
    ]),
    dataset: examples([6, 6, 2]),
  },
  "an LSTM": {
    build: classifier(() => [layers.lstm({ units: 4, inputShape: [3, 2] })]),
    dataset: examples([3, 2]),
  },
  "a GRU": {
    build: classifier(() => [layers.gru({ units: 4, inputShape: [3, 2] })]),
    dataset: examples([3, 2]),
  },
  "an Embedding": {
    build: classifier(() => [
      layers.embedding({ inputDim: 7, outputDim: 4, inputLength: 5 }),
      layers.globalAveragePooling1d({}),
    ]),
    dataset: examples([5], 7),
  },
} as const satisfies Readonly<Record<string, EngineModel>>;

/** Frees a model and its optimizer. */
export function disposeModel(model: unknown): void {
  const { optimizer } = model as tf.LayersModel;
  (model as tf.LayersModel).dispose();
  optimizer.dispose();
}
