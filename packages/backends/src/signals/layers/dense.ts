import * as tf from "@tensorflow/tfjs";
import { explicit, sumPositions } from "../forms/explicit.js";
import { outerProducts } from "../forms/outer-products.js";
import type { LayerIdentity, Weight } from "../watching/layer-identity.js";
import { watchActivation, type Activated } from "../watching/watch-layer.js";

interface Dense extends Activated {
  readonly kernel: NonNullable<Weight>;
  readonly bias: Weight;
}

/** z = a W + b; the operation of the layer itself would differentiate W, too. */
function preActivation({ kernel, bias }: Dense, a: tf.Tensor): tf.Tensor {
  const [inputs, units] = kernel.read().shape as [number, number];
  const flat: tf.Tensor2D = tf.reshape(a, [-1, inputs]);
  const z = tf.matMul(flat, kernel.read());
  const biased = bias ? tf.add(z, bias.read()) : z;
  return tf.reshape(biased, [...a.shape.slice(0, -1), units]);
}

/**
 * Dense: z_t = a_t W + b at every position t, so that ∂ℓ/∂W = Σ_t a_t δ_tᵀ and ∂ℓ/∂b = Σ_t δ_t.
 *
 * @see Goodfellow 2015, Efficient Per-Example Gradient Computations
 */
export const dense: LayerIdentity = {
  kinds: { Dense: () => tf.layers.dense({ units: 1, name: "sample" }) },
  watch: (layer, recorder) => {
    const dense = layer as unknown as Dense;
    return watchActivation(dense, recorder, {
      weights: () => [dense.kernel, dense.bias],
      preActivation: (a) => preActivation(dense, a),
      parts: (delta, a) => [
        { weight: dense.kernel, gradient: outerProducts(a, delta) },
        { weight: dense.bias, gradient: explicit(sumPositions(delta)) },
      ],
    });
  },
};
