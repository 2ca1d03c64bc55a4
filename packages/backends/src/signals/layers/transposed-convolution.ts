import * as tf from "@tensorflow/tfjs";
import { channelsLast } from "../watching/channels-last.js";
import { explicit, sumPositions } from "../forms/explicit.js";
import type { LayerIdentity, Weight } from "../watching/layer-identity.js";
import { watchActivation, type Activated } from "../watching/watch-layer.js";
import { patchProducts } from "../watching/windows.js";

interface TransposedConvolution extends Activated {
  readonly kernel: NonNullable<Weight>;
  readonly bias: Weight;
  readonly kernelSize: readonly number[];
  readonly strides: readonly number[];
  readonly padding: string;
  readonly dataFormat: string;
}

/**
 * Conv2DTranspose: the input x_t spreads over the window at position t of the output, so that the roles of
 * input and δ are swapped: ∂ℓ/∂W = Σ_t d_t x_tᵀ with d_t the patch of δ under the window, ∂ℓ/∂b = Σ δ.
 */
export const transposedConvolution: LayerIdentity = {
  kinds: {
    Conv2DTranspose: () => tf.layers.conv2dTranspose({ filters: 1, kernelSize: 1, name: "sample" }),
  },
  watch: (layer, recorder) => {
    const transposed = layer as unknown as TransposedConvolution;
    const shape = { ...transposed, dilation: [1, 1] };
    return watchActivation(transposed, recorder, {
      weights: () => [transposed.kernel, transposed.bias],
      parts: (given, x) => {
        const delta = channelsLast(given, transposed);
        const gradient = patchProducts(delta, channelsLast(x, transposed), shape);
        return [
          { weight: transposed.kernel, gradient },
          { weight: transposed.bias, gradient: explicit(sumPositions(delta)) },
        ];
      },
    });
  },
};
