import type * as tfjs from "@tensorflow/tfjs";
import { createRandom } from "@unequal/core";
import type { ModelName } from "./protocol.js";
import { wideResNet } from "./wide-resnet.js";

/** The functions of an engine's own copy of TensorFlow.js. */
export type Tf = typeof tfjs;

/** A model that is ready to be trained, and the batch that it is trained on. */
export interface Workload {
  readonly model: tfjs.LayersModel;
  readonly x: tfjs.Tensor;
  readonly y: tfjs.Tensor;
}

interface Recipe {
  readonly inputShape: number[];
  readonly classes: number;
  /** Inputs are ids of words below this number; otherwise they are uniform in [0, 1). */
  readonly words?: number;
  readonly build: (tf: Tf, recipe: Recipe) => tfjs.LayersModel;
}

const BATCH = 64;

const RECIPES: Readonly<Record<ModelName, Recipe>> = {
  mlp: {
    inputShape: [784],
    classes: 10,
    build: (tf, { inputShape, classes }) =>
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
    build: (tf, { inputShape, classes }) =>
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
    build: (tf, { inputShape, classes }) =>
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
  wrn: { inputShape: [32, 32, 3], classes: 10, build: wideResNet },
  embedding: {
    inputShape: [200],
    classes: 2,
    words: 20_000,
    build: (tf, { inputShape: [inputLength], classes, words = 0 }) =>
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
function plant(tf: Tf, model: tfjs.LayersModel): void {
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

/** Builds a model, the same in every engine, compiles it with Adam, and makes its batch, of 64 unless said. */
export function prepare(tf: Tf, name: ModelName, batch = BATCH): Workload {
  const recipe = RECIPES[name];
  const { inputShape, classes, words } = recipe;
  const model = recipe.build(tf, recipe);
  plant(tf, model);
  model.compile({ optimizer: tf.train.adam(0.001), loss: "categoricalCrossentropy" });

  const random = createRandom("batch");
  const draw = () => (words === undefined ? random.uniform() : random.integer(words));
  const shape = [batch, ...inputShape];
  const length = shape.reduce((a, b) => a * b, 1);
  const x = tf.tensor(
    Array.from({ length }, draw),
    shape,
    words === undefined ? "float32" : "int32",
  );
  const labels = Array.from({ length: batch }, () => random.integer(classes));
  const y = tf.tidy(() => tf.cast(tf.oneHot(tf.tensor1d(labels, "int32"), classes), "float32"));
  return { model, x, y };
}
