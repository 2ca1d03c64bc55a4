import * as tf from "@tensorflow/tfjs";
import type { Head } from "./head.js";
import { averagePositions, shareGradient } from "./positions.js";

/**
 * Trains a sigmoid head on its logits: ℓ = (1/C) Σ_c [max(z, 0) − z y + log(1 + e^−|z|)],
 * ∂ℓ/∂z = (σ(z) − y) / C.
 *
 * @see Katharopoulos & Fleuret 2018, eq. 16
 */
export function sigmoidCrossEntropy(): Head {
  const target = (y: tf.Tensor): tf.Tensor => tf.cast(y, "float32");
  return {
    losses: (z, y, mask) => {
      const hinge = tf.sub(tf.relu(z), tf.mul(z, target(y)));
      const each = tf.add(hinge, tf.log1p(tf.exp(tf.neg(tf.abs(z)))));
      return averagePositions(tf.mean(each, -1), mask);
    },
    gradient: (z, y, mask) =>
      shareGradient(tf.div(tf.sub(tf.sigmoid(z), target(y)), z.shape.at(-1) ?? 1), mask),
    predictions: (z) => tf.sigmoid(z),
    errors: (z, y, mask) => {
      const wrong = tf.notEqual(tf.greater(z, 0), tf.greater(target(y), 0.5));
      return averagePositions(tf.mean(tf.cast(wrong, "float32"), -1), mask);
    },
  };
}
