import * as tf from "@tensorflow/tfjs";

const initializer = (seed: number, at: number) =>
  tf.initializers.heNormal({ seed: 100 * seed + at });

function dense(seed: number, at: number, units: number, others: object = {}): tf.layers.Layer {
  return tf.layers.dense({ units, kernelInitializer: initializer(seed, at), ...others });
}

function conv(seed: number, at: number, filters: number, others: object = {}): tf.layers.Layer {
  const kernelInitializer = initializer(seed, at);
  const shape = { filters, kernelSize: 3, strides: 2 };
  return tf.layers.conv2d({ ...shape, activation: "relu", kernelInitializer, ...others });
}

/** A convolution without an activation, normalised by its batch. */
function normalised(seed: number, at: number, filters: number, others: object = {}) {
  return [
    conv(seed, at, filters, { activation: "linear", useBias: false, ...others }),
    tf.layers.batchNormalization({}),
    tf.layers.reLU(),
  ];
}

const RELU = { activation: "relu" };
const IMAGES = { inputShape: [28, 28, 1] };

/** Makes the layers of a network. */
export type MakeLayers = (seed: number) => tf.layers.Layer[];

/** Words of a gloss that count, and words that have a vector: 0 stands for none. */
export const GLOSS = { length: 24, words: 8_000, classes: 45 };

/**
 * Networks by name: `mlp`, 784-512-512-10; `cnn`, two convolutions of 16 and 32 filters with stride 2 and
 * dense 64; `fashion`, three convolutions of 16, 32 and 64 filters with stride 2, each with a BatchNormalization, and dense 10;
 * `glosses`, the mean of 24 vectors of 64, 128-45; `flights`, 44-128-64-1; `table`, 20-64-1.
 */
export const LAYERS = {
  mlp: (seed) => [
    tf.layers.flatten(IMAGES),
    dense(seed, 0, 512, RELU),
    dense(seed, 1, 512, RELU),
    dense(seed, 2, 10, { activation: "softmax" }),
  ],
  cnn: (seed) => [
    conv(seed, 0, 16, IMAGES),
    conv(seed, 1, 32),
    tf.layers.flatten(),
    dense(seed, 2, 64, RELU),
    dense(seed, 3, 10, { activation: "softmax" }),
  ],
  fashion: (seed) => [
    ...normalised(seed, 0, 16, IMAGES),
    ...normalised(seed, 1, 32),
    ...normalised(seed, 2, 64),
    tf.layers.flatten(),
    dense(seed, 3, 10, { activation: "softmax" }),
  ],
  glosses: (seed) => [
    tf.layers.embedding({
      inputDim: GLOSS.words + 1,
      outputDim: 64,
      inputLength: GLOSS.length,
      embeddingsInitializer: tf.initializers.randomUniform({ minval: -0.05, maxval: 0.05, seed }),
    }),
    tf.layers.globalAveragePooling1d({}),
    dense(seed, 1, 128, RELU),
    dense(seed, 2, GLOSS.classes, { activation: "softmax" }),
  ],
  flights: (seed) => [
    dense(seed, 0, 128, { ...RELU, inputShape: [44] }),
    dense(seed, 1, 64, RELU),
    dense(seed, 2, 1, { activation: "sigmoid" }),
  ],
  table: (seed) => [
    dense(seed, 0, 64, { ...RELU, inputShape: [20] }),
    dense(seed, 1, 1, { activation: "sigmoid" }),
  ],
} satisfies Record<string, MakeLayers>;

/** Names a network. */
export type NetworkName = keyof typeof LAYERS;
