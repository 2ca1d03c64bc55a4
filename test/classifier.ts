import * as tf from "@tensorflow/tfjs";
import { createRandom, type Dataset } from "@unequal/core";
import { arrays } from "@unequal/datasets";

/** Makes a seeded, learnable set of class-dependent noise: x [N, width], one-hot y [N, classes]. */
export function noisyClasses({ size = 600, width = 40, classes = 5, seed = 9 } = {}): {
  readonly x: tf.Tensor2D;
  readonly y: tf.Tensor2D;
  readonly dataset: Dataset;
} {
  const random = createRandom(seed).fork("noisy classes");
  const x = new Float32Array(size * width);
  const y = new Float32Array(size * classes);
  for (let row = 0; row < size; row++) {
    const label = random.integer(classes);
    y[row * classes + label] = 1;
    for (let at = 0; at < width; at++) {
      x[row * width + at] = random.uniform() + (at % classes === label ? 0.3 : 0);
    }
  }
  const tensors = { x: tf.tensor2d(x, [size, width]), y: tf.tensor2d(y, [size, classes]) };
  return { ...tensors, dataset: arrays(tensors.x, tensors.y) };
}

/** Makes a small compiled softmax classifier with seeded weights. */
export function smallClassifier({
  width = 40,
  classes = 5,
  hidden = 32,
  dropout = 0,
} = {}): tf.Sequential {
  const seeded = (seed: number) => tf.initializers.glorotUniform({ seed });
  const model = tf.sequential();
  model.add(
    tf.layers.dense({
      units: hidden,
      activation: "relu",
      inputShape: [width],
      kernelInitializer: seeded(3),
    }),
  );
  if (dropout > 0) model.add(tf.layers.dropout({ rate: dropout }));
  model.add(
    tf.layers.dense({ units: classes, activation: "softmax", kernelInitializer: seeded(4) }),
  );
  model.compile({
    optimizer: tf.train.adam(0.003),
    loss: "categoricalCrossentropy",
    metrics: ["accuracy"],
  });
  return model;
}
