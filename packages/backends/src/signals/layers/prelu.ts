import * as tf from "@tensorflow/tfjs";
import { explicit } from "../forms/explicit.js";
import type { LayerIdentity, Weight } from "../watching/layer-identity.js";
import { watchOutput, type Callable } from "../watching/watch-layer.js";

interface Prelu extends Callable {
  readonly alpha: NonNullable<Weight>;
}

/** PReLU: y = max(x, 0) + α min(x, 0), so that ∂ℓ/∂α = δ min(x, 0), summed over the axes that share a slope. */
export const prelu: LayerIdentity = {
  kinds: { PReLU: () => tf.layers.prelu({ name: "sample" }) },
  watch: (layer, recorder) => {
    const prelu = layer as unknown as Prelu;
    return watchOutput(prelu, recorder, {
      weights: () => [prelu.alpha],
      parts: (delta, x) => {
        const slopes = [1, ...prelu.alpha.read().shape];
        const shared = x.shape.flatMap((length, axis) =>
          axis > 0 && slopes[axis] === 1 && length !== 1 ? [axis] : [],
        );
        const each = tf.mul(delta, tf.minimum(x, 0));
        const gradient = shared.length > 0 ? tf.sum(each, shared) : each;
        return [{ weight: prelu.alpha, gradient: explicit(gradient) }];
      },
    });
  },
};
