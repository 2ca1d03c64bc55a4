import * as tf from "@tensorflow/tfjs";
import type { Head } from "./head.js";
import { averagePositions, shareGradient } from "./positions.js";

function oneHot(z: tf.Tensor, y: tf.Tensor, sparse: boolean): tf.Tensor {
  if (!sparse) return tf.cast(y, "float32");
  const classes = z.shape.at(-1) ?? 1;
  const ids = tf.cast(tf.reshape(y, z.shape.slice(0, -1)), "int32");
  return tf.cast(tf.oneHot(ids as tf.Tensor1D, classes), "float32");
}

/**
 * Trains a softmax head on its logits: ℓ = −Σ_c y_c log softmax(z)_c, ∂ℓ/∂z = Σy · softmax(z) − y.
 *
 * `sparse`: y holds class ids instead of one value for each class.
 * @see Katharopoulos & Fleuret 2018, eq. 16 and 20
 */
export function softmaxCrossEntropy({ sparse }: { readonly sparse: boolean }): Head {
  const positionLosses = (z: tf.Tensor, y: tf.Tensor): tf.Tensor => {
    const shifted = tf.sub(z, tf.max(z, -1, true));
    const logSum = tf.log(tf.sum(tf.exp(shifted), -1, true));
    return tf.sum(tf.mul(oneHot(z, y, sparse), tf.sub(logSum, shifted)), -1);
  };
  return {
    losses: (z, y, mask) => averagePositions(positionLosses(z, y), mask),
    gradient: (z, y, mask) => {
      const target = oneHot(z, y, sparse);
      const total = tf.sum(target, -1, true);
      return shareGradient(tf.sub(tf.mul(total, tf.softmax(z)), target), mask);
    },
    predictions: (z) => tf.softmax(z),
    errors: (z, y, mask) => {
      const wrong = tf.notEqual(tf.argMax(z, -1), tf.argMax(oneHot(z, y, sparse), -1));
      return averagePositions(tf.cast(wrong, "float32"), mask);
    },
  };
}
