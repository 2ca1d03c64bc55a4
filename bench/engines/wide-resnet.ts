import type * as tfjs from "@tensorflow/tfjs";

type Tensor = tfjs.SymbolicTensor;

/**
 * Builds WRN-16-1 (Zagoruyko and Komodakis 2016) on [32, 32, 3]: three groups of two pre-activation
 * residual blocks with 16, 32 and 64 channels; 0.17 million parameters.
 */
export function wideResNet(tf: typeof tfjs): tfjs.LayersModel {
  const apply = (layer: tfjs.layers.Layer, x: Tensor | Tensor[]) => layer.apply(x) as Tensor;
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
    x = block(block(x, channels, stride), channels, 1);
  }
  const pooled = apply(tf.layers.globalAveragePooling2d({}), activate(x));
  const outputs = apply(tf.layers.dense({ units: 10, activation: "softmax" }), pooled);
  return tf.model({ inputs, outputs });
}
