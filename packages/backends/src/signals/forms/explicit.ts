import * as tf from "@tensorflow/tfjs";

/** The gradient of a small variable, written out: [B, P]. */
export interface Explicit {
  readonly form: "explicit";
  readonly tensors: readonly [tf.Tensor];
}

/** Makes the form of a gradient [B, …], example by example. */
export function explicit(gradient: tf.Tensor): Explicit {
  return { form: "explicit", tensors: [tf.reshape(gradient, [gradient.shape[0], -1])] };
}

/** Computes ‖Σ g‖² of every example over the parts of a variable, [B]. O(B P). */
export function explicitSquares(parts: readonly Explicit[]): tf.Tensor1D {
  return tf.sum(tf.square(tf.addN(parts.map(({ tensors: [gradient] }) => gradient))), 1);
}

/** Sums δ [B, …, U] over its positions, all axes but the first and the last: [B, U]. */
export function sumPositions(delta: tf.Tensor): tf.Tensor {
  if (delta.rank === 2) return delta;
  return tf.sum(tf.reshape(delta, [delta.shape[0], -1, delta.shape.at(-1) ?? 1]), 1);
}
