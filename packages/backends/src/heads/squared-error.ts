import * as tf from "@tensorflow/tfjs";
import type { Head } from "./head.js";
import { averagePositions, shareGradient } from "./positions.js";

/**
 * Trains a linear head by squared error: ℓ = (1/D) Σ_d (z − y)², ∂ℓ/∂z = (2/D)(z − y).
 *
 * @see Katharopoulos & Fleuret 2018, eq. 16
 */
export function squaredError(): Head {
  return {
    losses: (z, y, mask) => averagePositions(tf.mean(tf.square(tf.sub(z, y)), -1), mask),
    gradient: (z, y, mask) => shareGradient(tf.mul(tf.sub(z, y), 2 / (z.shape.at(-1) ?? 1)), mask),
    predictions: (z) => z,
  };
}
