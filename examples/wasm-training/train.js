import * as tf from "@tensorflow/tfjs";

const EXAMPLES = 64;
const SIDE = 12;

/** A small convnet, the same at each call. */
function convnet() {
  const initial = (seed) => ({ kernelInitializer: tf.initializers.glorotUniform({ seed }) });
  const { conv2d, dense, flatten, maxPooling2d } = tf.layers;
  const model = tf.sequential({
    layers: [
      conv2d({
        filters: 8,
        kernelSize: 3,
        activation: "relu",
        inputShape: [SIDE, SIDE, 1],
        ...initial(1),
      }),
      maxPooling2d({ poolSize: 2 }),
      conv2d({ filters: 8, kernelSize: 3, activation: "relu", ...initial(2) }),
      flatten(),
      dense({ units: 2, activation: "softmax", ...initial(3) }),
    ],
  });
  model.compile({ optimizer: tf.train.adam(0.01), loss: "categoricalCrossentropy" });
  return model;
}

/** Images of noise, and whether each is brighter on the left. */
function brightSides() {
  return tf.tidy(() => {
    const images = tf.randomUniform([EXAMPLES, SIDE, SIDE, 1], 0, 1, "float32", 4);
    const [left, right] = tf.split(images, 2, 2).map((half) => tf.mean(half, [1, 2, 3]));
    return [images, tf.oneHot(tf.cast(tf.greater(left, right), "int32"), 2)];
  });
}

/** Trains on the active engine by plain `model.fit`: the loss of each epoch, and the names of the kernels that ran. */
export async function train() {
  const model = convnet();
  const [images, labels] = brightSides();
  let losses = [];
  const { kernelNames } = await tf.profile(async () => {
    const { history } = await model.fit(images, labels, {
      epochs: 10,
      batchSize: 16,
      shuffle: false,
      verbose: 0,
    });
    losses = history.loss;
  });
  tf.dispose([images, labels, model]);
  return { engine: tf.getBackend(), losses, kernels: kernelNames };
}
