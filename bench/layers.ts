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

const RELU = { activation: "relu" };
const IMAGES = { inputShape: [28, 28, 1] };

/**
 * Makes the layers of a network, by its name: `mlp`, 784-512-512-10; `cnn`, two convolutions of 16 and 32 filters with stride 2 and
 * dense 64; `table`, 20-64-1.
 */
export const LAYERS: Readonly<Record<string, (seed: number) => tf.layers.Layer[]>> = {
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
  table: (seed) => [
    dense(seed, 0, 64, { ...RELU, inputShape: [20] }),
    dense(seed, 1, 1, { activation: "sigmoid" }),
  ],
};
