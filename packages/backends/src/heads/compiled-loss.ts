import * as tf from "@tensorflow/tfjs";
import { UnequalError } from "@unequal/core";
import type { Head } from "./head.js";
import { averagePositions } from "./positions.js";

/** A loss function as models are compiled with: (targets, predictions) → [B] or [B, …]. */
export type LossFunction = (y: tf.Tensor, predictions: tf.Tensor) => tf.Tensor;

function perExample(losses: tf.Tensor, size: number): tf.Tensor {
  if (losses.rank >= 1 && losses.shape[0] === size) return losses;
  throw new UnequalError(
    "LOSS_NOT_PER_EXAMPLE",
    `The loss function must return one number for each of the ${size} examples, but returned shape [${losses.shape.join(", ")}]. Leave out its reduction over the batch (for tf.losses.* pass undefined weights and tf.Reduction.NONE).`,
  );
}

/**
 * Trains any loss function on the predictions a(z); ∂ℓ/∂z by automatic differentiation of Σ ℓ,
 * which gives every example its own gradient as long as no example's loss depends on another.
 *
 * @throws LOSS_NOT_PER_EXAMPLE
 */
export function compiledLoss(loss: LossFunction, activation: (z: tf.Tensor) => tf.Tensor): Head {
  const losses: Head["losses"] = (z, y, mask) =>
    averagePositions(perExample(loss(y, activation(z)), z.shape[0]), mask);
  return {
    losses,
    gradient: (z, y, mask) => tf.grad((at: tf.Tensor) => tf.sum(losses(at, y, mask)))(z),
    predictions: activation,
  };
}
