import * as tf from "@tensorflow/tfjs";
import { createRandom, type HostArray } from "@unequal/core";
import type { ModelName } from "./protocol.js";
import { wideResNet } from "./wide-resnet.js";

/** A model that is ready to be trained, and the batch that it is trained on. */
export interface Workload {
  readonly model: tf.LayersModel;
  readonly x: tf.Tensor;
  readonly y: tf.Tensor;
}

interface Recipe {
  readonly inputShape: number[];
  readonly classes: number;
  /** Inputs are ids of words below this number; otherwise they are uniform in [0, 1). */
  readonly words?: number;
  readonly build: (recipe: Recipe) => tf.LayersModel;
}

/** Rows of a batch, b. */
export const BATCH = 64;

const RECIPES: Readonly<Record<ModelName, Recipe>> = {
  mlp: {
    inputShape: [784],
    classes: 10,
    build: ({ inputShape, classes }) =>
      tf.sequential({
        layers: [
          tf.layers.dense({ units: 512, activation: "relu", inputShape }),
          tf.layers.dense({ units: 512, activation: "relu" }),
          tf.layers.dense({ units: classes, activation: "softmax" }),
        ],
      }),
  },
  cnn: {
    inputShape: [28, 28, 1],
    classes: 10,
    build: ({ inputShape, classes }) =>
      tf.sequential({
        layers: [
          tf.layers.conv2d({ filters: 32, kernelSize: 3, activation: "relu", inputShape }),
          tf.layers.conv2d({ filters: 32, kernelSize: 3, activation: "relu" }),
          tf.layers.maxPooling2d({ poolSize: 2 }),
          tf.layers.conv2d({ filters: 64, kernelSize: 3, strides: 2, activation: "relu" }),
          tf.layers.flatten(),
          tf.layers.dense({ units: 128, activation: "relu" }),
          tf.layers.dense({ units: classes, activation: "softmax" }),
        ],
      }),
  },
  lstm: {
    inputShape: [49, 16],
    classes: 10,
    build: ({ inputShape, classes }) =>
      tf.sequential({
        layers: [
          tf.layers.lstm({
            units: 128,
            inputShape,
            recurrentActivation: "sigmoid", // as PyTorch's
            recurrentInitializer: "glorotUniform", // replaced below; the default one takes long
          }),
          tf.layers.dense({ units: classes, activation: "softmax" }),
        ],
      }),
  },
  "wrn-16-1": { inputShape: [32, 32, 3], classes: 10, build: () => wideResNet(16, 1) },
  "wrn-28-2": { inputShape: [32, 32, 3], classes: 10, build: () => wideResNet(28, 2) },
  embedding: {
    inputShape: [200],
    classes: 2,
    words: 20_000,
    build: ({ inputShape: [inputLength], classes, words = 0 }) =>
      tf.sequential({
        layers: [
          tf.layers.embedding({
            inputDim: words,
            outputDim: 64,
            ...(inputLength !== undefined && { inputLength }),
          }),
          tf.layers.globalAveragePooling1d({}),
          tf.layers.dense({ units: 64, activation: "relu" }),
          tf.layers.dense({ units: classes, activation: "softmax" }),
        ],
      }),
  },
};

/** Gives every kernel of a model the same numbers in every engine: Glorot's uniform ones. */
function plant(model: tf.LayersModel): void {
  const random = createRandom("weights");
  for (const weight of model.trainableWeights) {
    const shape = weight.shape as number[];
    const [columns, rows] = [shape.at(-1) ?? 0, shape.at(-2) ?? 0];
    if (rows === 0) continue; // biases, and what normalisations learn
    const field = shape.slice(0, -2).reduce((a, b) => a * b, 1);
    const limit = Math.sqrt(6 / (field * (rows + columns)));
    const values = Float32Array.from(
      { length: field * rows * columns },
      () => limit * (2 * random.uniform() - 1),
    );
    const tensor = tf.tensor(values, shape);
    weight.write(tensor);
    tensor.dispose();
  }
}

/** Examples of a model's shape, made at random: inputs and the class of each. */
export interface Examples {
  readonly x: HostArray;
  readonly labels: Int32Array;
}

/** Draws as many examples, the same in every engine. */
export function drawExamples(name: ModelName, count: number): Examples {
  const { inputShape, classes, words } = RECIPES[name];
  const random = createRandom("batch");
  const shape = [count, ...inputShape];
  const length = shape.reduce((a, b) => a * b, 1);
  const x: HostArray =
    words === undefined
      ? { data: Float32Array.from({ length }, () => random.uniform()), shape, dtype: "float32" }
      : { data: Int32Array.from({ length }, () => random.integer(words)), shape, dtype: "int32" };
  return { x, labels: Int32Array.from({ length: count }, () => random.integer(classes)) };
}

/** Writes classes as rows of zeros with a one. */
export function oneHot(name: ModelName, labels: Int32Array): HostArray {
  const { classes } = RECIPES[name];
  const data = new Float32Array(labels.length * classes);
  labels.forEach((label, row) => (data[row * classes + label] = 1));
  return { data, shape: [labels.length, classes], dtype: "float32" };
}

function upload({ data, shape, dtype }: HostArray): tf.Tensor {
  return tf.tensor(data, [...shape], dtype);
}

/** Builds a model, the same in every engine, compiles it with Adam, and makes its batch, of 64 unless said. */
export function prepare(name: ModelName, batch = BATCH): Workload {
  const recipe = RECIPES[name];
  const model = recipe.build(recipe);
  plant(model);
  model.compile({ optimizer: tf.train.adam(0.001), loss: "categoricalCrossentropy" });
  const { x, labels } = drawExamples(name, batch);
  return { model, x: upload(x), y: upload(oneHot(name, labels)) };
}
