import * as tf from "@tensorflow/tfjs";
import { channelsFirst, channelsLast } from "../watching/channels-last.js";
import { explicit, sumPositions } from "../forms/explicit.js";
import type { LayerIdentity, Weight } from "../watching/layer-identity.js";
import { watchActivation, type Activated } from "../watching/watch-layer.js";
import { patchProducts } from "../watching/windows.js";

interface Convolution extends Activated {
  readonly rank: number;
  readonly kernel: NonNullable<Weight>;
  readonly bias: Weight;
  readonly kernelSize: readonly number[];
  readonly strides: readonly number[];
  readonly dilationRate: readonly number[];
  readonly padding: "valid" | "same";
  readonly dataFormat: string;
}

/** z of a Conv2D; its own operation would differentiate the kernel, too, where that of the others does not. */
function preActivation(layer: Convolution, x: tf.Tensor): tf.Tensor | undefined {
  const { rank, kernel, bias, padding } = layer;
  if (rank !== 2) return undefined;
  const [strides, dilation] = [layer.strides, layer.dilationRate] as [number, number][];
  const [image, filter] = [channelsLast(x, layer), kernel.read()] as [tf.Tensor4D, tf.Tensor4D];
  const z = tf.conv2d(image, filter, strides ?? 1, padding, "NHWC", dilation);
  return channelsFirst(bias ? tf.add(z, bias.read()) : z, layer);
}

/**
 * Conv1D, Conv2D, Conv3D: z_t = a_t W + b with a_t the patch under the window at position t, so that
 * ∂ℓ/∂W = Σ_t a_t δ_tᵀ and ∂ℓ/∂b = Σ_t δ_t.
 *
 * @see Rochette, Manoel & Tramel 2019, Efficient Per-Example Gradient Computations in Convolutional Neural Networks
 */
export const convolution: LayerIdentity = {
  kinds: {
    Conv1D: () => tf.layers.conv1d({ filters: 1, kernelSize: 1, name: "sample" }),
    Conv2D: () => tf.layers.conv2d({ filters: 1, kernelSize: 1, name: "sample" }),
    Conv3D: () => tf.layers.conv3d({ filters: 1, kernelSize: 1, name: "sample" }),
  },
  watch: (layer, recorder) => {
    const convolution = layer as unknown as Convolution;
    const { kernel, bias, dilationRate } = convolution;
    return watchActivation(convolution, recorder, {
      weights: () => [convolution.kernel, convolution.bias],
      preActivation: (x) => preActivation(convolution, x),
      parts: (given, x) => {
        // Conv1D returns its channels last whatever they were
        const delta = convolution.rank === 1 ? given : channelsLast(given, convolution);
        const shape = { ...convolution, dilation: dilationRate };
        return [
          { weight: kernel, gradient: patchProducts(channelsLast(x, convolution), delta, shape) },
          { weight: bias, gradient: explicit(sumPositions(delta)) },
        ];
      },
    });
  },
};
