import * as tf from "@tensorflow/tfjs";
import { UnequalError } from "@unequal/core";
import { explainConstantLoss } from "./explain-constant-loss.js";
import type { Head } from "./head.js";
import { averagePositions } from "./positions.js";

/** A loss function as models are compiled with: (targets, predictions) → [B] or [B, …]. */
export type LossFunction = (y: tf.Tensor, predictions: tf.Tensor) => tf.Tensor;

/** What a loss function returned, where it is no tensor: programs without types may return anything. */
function nameOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof (value as { then?: unknown }).then === "function") return "a promise";
  return typeof value === "object" ? "an object that is no tensor" : `a ${typeof value}`;
}

function perExample(losses: unknown, size: number): tf.Tensor {
  const { shape } = (losses ?? {}) as Partial<tf.Tensor>;
  if (Array.isArray(shape) && shape[0] === size) return losses as tf.Tensor;
  const came = Array.isArray(shape) ? `shape [${shape.join(", ")}]` : nameOf(losses);
  throw new UnequalError(
    "LOSS_NOT_PER_EXAMPLE",
    `The loss function, called as loss(targets, outputs), must return a tensor with one number for each of the ${size} examples, but returned ${came}. Leave out its reduction over the batch (for tf.losses.* pass undefined weights and tf.Reduction.NONE).`,
  );
}

/**
 * Trains any loss function on the predictions a(z); ∂ℓ/∂z by automatic differentiation of Σ ℓ,
 * which gives every example its own gradient as long as no example's loss depends on another.
 *
 * @throws LOSS_NOT_PER_EXAMPLE, LOSS_CONSTANT
 */
export function compiledLoss(loss: LossFunction, activation: (z: tf.Tensor) => tf.Tensor): Head {
  const losses: Head["losses"] = (z, y, mask) =>
    averagePositions(perExample(loss(y, activation(z)), z.shape[0]), mask);
  return {
    losses,
    gradient: (z, y, mask) =>
      explainConstantLoss(() => tf.grad((at: tf.Tensor) => tf.sum(losses(at, y, mask)))(z)),
    predictions: activation,
  };
}
