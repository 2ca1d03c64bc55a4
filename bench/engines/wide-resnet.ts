import * as tf from "@tensorflow/tfjs";

type Tensor = tf.SymbolicTensor;

/**
 * Builds WRN-depth-width (Zagoruyko and Komodakis 2016) on [32, 32, 3]: three groups of (depth − 4) / 6
 * pre-activation residual blocks with 16, 32 and 64 channels times the width. WRN-16-1 has 0.17 million
 * parameters, WRN-28-2 1.47 million.
 */
export function wideResNet(depth: number, width: number): tf.LayersModel {
  const apply = (layer: tf.layers.Layer, x: Tensor | Tensor[]) => layer.apply(x) as Tensor;
  const conv = (x: Tensor, filters: number, [kernelSize, strides]: [number, number]) =>
    apply(tf.layers.conv2d({ filters, kernelSize, strides, padding: "same", useBias: false }), x);
  const activate = (x: Tensor) =>
    apply(tf.layers.reLU(), apply(tf.layers.batchNormalization({}), x));

  const block = (x: Tensor, channels: number, stride: number): Tensor => {
    const active = activate(x);
    const changes = x.shape.at(-1) !== channels;
    const shortcut = changes ? conv(active, channels, [1, stride]) : x;
    const middle = activate(conv(active, channels, [3, stride]));
    return apply(tf.layers.add(), [shortcut, conv(middle, channels, [3, 1])]);
  };

  const inputs = tf.input({ shape: [32, 32, 3] });
  let x = conv(inputs, 16, [3, 1]);
  for (const [channels, stride] of [
    [16, 1],
    [32, 2],
    [64, 2],
  ] as const) {
    x = block(x, channels * width, stride);
    for (let at = 1; at < (depth - 4) / 6; at++) x = block(x, channels * width, 1);
  }
  const pooled = apply(tf.layers.globalAveragePooling2d({}), activate(x));
  const outputs = apply(tf.layers.dense({ units: 10, activation: "softmax" }), pooled);
  return tf.model({ inputs, outputs });
}
