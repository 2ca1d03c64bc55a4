import * as tf from "@tensorflow/tfjs";
import { explicit } from "../forms/explicit.js";
import type { GradientPart, LayerIdentity, Weight } from "../watching/layer-identity.js";
import { watchOutput, type Callable } from "../watching/watch-layer.js";

interface Normalisation extends Callable {
  readonly gamma: Weight;
  readonly beta: Weight;
  readonly epsilon: number;
}

interface BatchNormalisation extends Normalisation {
  readonly axis: number;
  readonly movingMean: NonNullable<Weight>;
  readonly movingVariance: NonNullable<Weight>;
}

interface LayerNormalisation extends Normalisation {
  readonly axis: readonly number[];
}

/** y = γ x̂ + β with γ and β along some axes: ∂ℓ/∂γ = Σ δ x̂ and ∂ℓ/∂β = Σ δ over the other axes of an example. */
function partsOf(
  { gamma, beta }: Normalisation,
  { delta, normal }: { readonly delta: tf.Tensor; readonly normal: tf.Tensor },
  axes: readonly number[],
): GradientPart[] {
  const others = delta.shape.flatMap((_, axis) =>
    axis === 0 || axes.includes(axis) ? [] : [axis],
  );
  const summed = (tensor: tf.Tensor): tf.Tensor =>
    others.length > 0 ? tf.sum(tensor, others) : tensor;
  return [
    { weight: gamma, gradient: explicit(summed(tf.mul(delta, normal))) },
    { weight: beta, gradient: explicit(summed(delta)) },
  ];
}

/** x̂ = (x − mean) / √(variance + ε). */
function normalised(
  x: tf.Tensor,
  { mean, variance }: { readonly mean: tf.Tensor; readonly variance: tf.Tensor },
  epsilon: number,
): tf.Tensor {
  return tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, epsilon)));
}

/** BatchNormalization with its moving mean and variance, as in inference. */
export const batchNormalisation: LayerIdentity = {
  kinds: { BatchNormalization: () => tf.layers.batchNormalization({ name: "sample" }) },
  watch: (layer, recorder) => {
    const normalisation = layer as unknown as BatchNormalisation;
    return watchOutput(normalisation, recorder, {
      weights: () => [normalisation.gamma, normalisation.beta],
      parts: (delta, x) => {
        const { axis: given, epsilon, movingMean, movingVariance } = normalisation;
        const axis = given < 0 ? given + x.rank : given;
        const broad = x.shape.map((length, at) => (at === axis ? length : 1));
        const [mean, variance] = [movingMean, movingVariance].map((each) =>
          tf.reshape(each.read(), broad),
        ) as [tf.Tensor, tf.Tensor];
        const normal = normalised(x, { mean, variance }, epsilon);
        return partsOf(normalisation, { delta, normal }, [axis]);
      },
    });
  },
};

/** LayerNormalization with the mean and the variance over its axes of each example. */
export const layerNormalisation: LayerIdentity = {
  kinds: { LayerNormalization: () => tf.layers.layerNormalization({ name: "sample" }) },
  watch: (layer, recorder) => {
    const normalisation = layer as unknown as LayerNormalisation;
    return watchOutput(normalisation, recorder, {
      weights: () => [normalisation.gamma, normalisation.beta],
      parts: (delta, x) => {
        const { axis, epsilon } = normalisation;
        const normal = normalised(x, tf.moments(x, [...axis], true), epsilon);
        return partsOf(normalisation, { delta, normal }, axis);
      },
    });
  },
};
