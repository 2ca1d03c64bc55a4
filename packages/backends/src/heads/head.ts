import type * as tf from "@tensorflow/tfjs";

/**
 * Joins the last layer's pre-activation outputs z with the loss that is trained on them.
 *
 * Shapes: z [B, …, C], y as the loss expects it, mask [B, …] or absent. Where there are positions (…),
 * the loss of an example is the mean over them, or Σ m ℓ / Σ m under a mask, 0 where Σ m = 0.
 */
export interface Head {
  /** Losses ℓ of the examples, without their weights: [B]. Differentiable. */
  readonly losses: (z: tf.Tensor, y: tf.Tensor, mask?: tf.Tensor) => tf.Tensor1D;
  /** ∂ℓ_i/∂z_i of every example, of z's shape. */
  readonly gradient: (z: tf.Tensor, y: tf.Tensor, mask?: tf.Tensor) => tf.Tensor;
  /** What the compiled model would have returned: the activation of z. */
  readonly predictions: (z: tf.Tensor) => tf.Tensor;
  /** 1 where the predicted class is wrong, else 0, averaged over positions: [B]; only for classes. */
  readonly errors?: (z: tf.Tensor, y: tf.Tensor, mask?: tf.Tensor) => tf.Tensor1D;
  /** Why ‖∂ℓ/∂z‖ cannot rank examples, if it cannot. */
  readonly uninformative?: string;
}
