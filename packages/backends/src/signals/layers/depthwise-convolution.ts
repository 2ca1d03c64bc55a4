import * as tf from "@tensorflow/tfjs";
import { channelsLast } from "../watching/channels-last.js";
import { explicit, sumPositions } from "../forms/explicit.js";
import { outerProducts } from "../forms/outer-products.js";
import type { LayerIdentity, Weight } from "../watching/layer-identity.js";
import { watchActivation, type Activated } from "../watching/watch-layer.js";
import { layOut, windowsOver, type WindowShape } from "../watching/windows.js";

interface Depthwise extends Activated {
  readonly depthwiseKernel: NonNullable<Weight>;
  readonly bias: Weight;
  readonly kernelSize: readonly number[];
  readonly strides: readonly number[];
  readonly padding: "valid" | "same";
  readonly dataFormat: string;
}

interface Separable extends Depthwise {
  readonly pointwiseKernel: NonNullable<Weight>;
  readonly dilationRate: readonly number[];
}

/**
 * ∂ℓ/∂W[k, c, m] = Σ_t x[place under tap k at t, c] δ[t, c, m] of every example, tap by tap:
 * x [B, …, C], δ [B, …, C · M] → [B, taps, C, M].
 */
function kernelGradient(x: tf.Tensor, delta: tf.Tensor, shape: WindowShape): tf.Tensor {
  const windows = windowsOver(x.shape.slice(1, -1), shape);
  const { places, positions, taps } = windows;
  const flat = layOut(x, windows);
  const [size, , channels] = flat.shape;
  const spread = tf.reshape(delta, [size, positions, channels, -1]);
  const ofTap = (tap: number): tf.Tensor =>
    tf.tidy(() => {
      const under = Int32Array.from({ length: positions }, (_, t) => places[t * taps + tap] ?? 0);
      const seen = tf.gather(flat, tf.tensor1d(under, "int32"), 1);
      return tf.sum(tf.mul(tf.expandDims(seen, 3), spread), 1);
    });
  return tf.stack(
    Array.from({ length: taps }, (_, tap) => ofTap(tap)),
    1,
  );
}

function depthwiseParts(layer: Depthwise, given: tf.Tensor, x: tf.Tensor) {
  const delta = channelsLast(given, layer);
  // the layer has an option for dilation, but leaves it out
  const shape = { ...layer, dilation: [1, 1] };
  const gradient = kernelGradient(channelsLast(x, layer), delta, shape);
  return [
    { weight: layer.depthwiseKernel, gradient: explicit(gradient) },
    { weight: layer.bias, gradient: explicit(sumPositions(delta)) },
  ];
}

function separableParts(layer: Separable, delta: tf.Tensor, given: tf.Tensor) {
  const { depthwiseKernel, pointwiseKernel, bias, strides, padding, dilationRate } = layer;
  const x = channelsLast(given, layer) as tf.Tensor4D;
  const kernel = depthwiseKernel.read() as tf.Tensor4D;
  const [stride, dilation] = [strides, dilationRate] as [[number, number], [number, number]];
  const middle = tf.depthwiseConv2d(x, kernel, stride, padding, "NHWC", dilation);
  const [inner, units] = pointwiseKernel.read().shape.slice(2) as [number, number];
  const pointwise: tf.Tensor2D = tf.reshape(pointwiseKernel.read(), [inner, units]);
  const flat: tf.Tensor2D = tf.reshape(delta, [-1, units]);
  const ofMiddle = tf.reshape(tf.matMul(flat, pointwise, false, true), middle.shape);
  const gradient = kernelGradient(x, ofMiddle, { ...layer, dilation: dilationRate });
  return [
    { weight: depthwiseKernel, gradient: explicit(gradient) },
    { weight: pointwiseKernel, gradient: outerProducts(middle, delta) },
    { weight: bias, gradient: explicit(sumPositions(delta)) },
  ];
}

/** DepthwiseConv2D: a convolution of each channel for itself, into M channels each; ∂ℓ/∂b = Σ_t δ_t. */
export const depthwiseConvolution: LayerIdentity = {
  kinds: {
    DepthwiseConv2D: () => tf.layers.depthwiseConv2d({ kernelSize: 1, name: "sample" }),
  },
  watch: (layer, recorder) => {
    const depthwise = layer as unknown as Depthwise;
    return watchActivation(depthwise, recorder, {
      weights: () => [depthwise.depthwiseKernel, depthwise.bias],
      parts: (delta, x) => depthwiseParts(depthwise, delta, x),
    });
  },
};

/** SeparableConv2D: a depthwise convolution m of x, then z_t = m_t W + b, so that δ of m is δ Wᵀ. */
export const separableConvolution: LayerIdentity = {
  kinds: {
    SeparableConv2D: () => tf.layers.separableConv2d({ filters: 1, kernelSize: 1, name: "sample" }),
  },
  watch: (layer, recorder) => {
    const separable = layer as unknown as Separable;
    return watchActivation(separable, recorder, {
      weights: () => [separable.depthwiseKernel, separable.pointwiseKernel, separable.bias],
      parts: (delta, x) => separableParts(separable, delta, x),
    });
  },
};
