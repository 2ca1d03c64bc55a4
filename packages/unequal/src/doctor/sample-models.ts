import * as tf from "@tensorflow/tfjs";

/** Classes that every model here tells apart. */
export const CLASSES = 3;

/** A tiny model whose training needs the kernels of one family, and the shape of one example of its input. */
export interface SampleModel {
  readonly family: string;
  readonly inputShape: readonly number[];
  /** Greater than 0: inputs are whole numbers below it. */
  readonly vocabulary: number;
  readonly build: () => tf.Sequential;
}

const VOCABULARY = 5;

const seeded = (seed: number) => tf.initializers.glorotUniform({ seed });

function compiled(layers: tf.layers.Layer[], learningRate = 0.05): tf.Sequential {
  const head = tf.layers.dense({
    units: CLASSES,
    activation: "softmax",
    kernelInitializer: seeded(2),
  });
  const model = tf.sequential({ layers: [...layers, head] });
  model.compile({ optimizer: tf.train.adam(learningRate), loss: "categoricalCrossentropy" });
  return model;
}

function image(family: string, body: (inputShape: number[]) => tf.layers.Layer[]): SampleModel {
  const inputShape = [4, 4, 2];
  const build = () => compiled([...body(inputShape), tf.layers.flatten()]);
  return { family, inputShape, vocabulary: 0, build };
}

/** A multilayer perceptron with 8 inputs. */
export const dense: SampleModel = {
  family: "dense",
  inputShape: [8],
  vocabulary: 0,
  build: () =>
    compiled([
      tf.layers.dense({
        units: 4,
        activation: "relu",
        inputShape: [8],
        kernelInitializer: seeded(1),
      }),
    ]),
};

const convolution = { kernelSize: 3, padding: "same", activation: "relu" } as const;

/** One model for each family of training kernels. */
export const SAMPLE_MODELS: readonly SampleModel[] = [
  dense,
  image("conv2d", (inputShape) => [
    tf.layers.conv2d({
      ...convolution,
      filters: 2,
      inputShape,
      kernelInitializer: seeded(1),
    }),
    tf.layers.maxPooling2d({ poolSize: 2 }),
  ]),
  image("depthwise-conv2d", (inputShape) => [
    tf.layers.depthwiseConv2d({ ...convolution, inputShape, depthwiseInitializer: seeded(1) }),
  ]),
  image("batch-normalization", (inputShape) => [tf.layers.batchNormalization({ inputShape })]),
  {
    family: "lstm",
    inputShape: [3, 2],
    vocabulary: 0,
    build: () =>
      compiled([
        tf.layers.lstm({
          units: 4,
          inputShape: [3, 2],
          kernelInitializer: seeded(1),
          recurrentInitializer: seeded(3),
        }),
      ]),
  },
  {
    family: "embedding",
    inputShape: [3],
    vocabulary: VOCABULARY,
    build: () =>
      compiled([
        tf.layers.embedding({
          inputDim: VOCABULARY,
          outputDim: 4,
          inputLength: 3,
          embeddingsInitializer: seeded(1),
        }),
        tf.layers.flatten(),
      ]),
  },
];
