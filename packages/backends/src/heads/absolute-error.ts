import * as tf from "@tensorflow/tfjs";
import type { Head } from "./head.js";
import { averagePositions, shareGradient } from "./positions.js";

/**
 * Trains a linear head by absolute error: ℓ = (1/D) Σ_d |z − y|, ∂ℓ/∂z = sign(z − y) / D,
 * whose norm is 1/√D for every example: it ranks nothing unless weights or masks make it vary.
 */
export function absoluteError(): Head {
  return {
    losses: (z, y, mask) => averagePositions(tf.mean(tf.abs(tf.sub(z, y)), -1), mask),
    gradient: (z, y, mask) =>
      shareGradient(tf.div(tf.sign(tf.sub(z, y)), z.shape.at(-1) ?? 1), mask),
    predictions: (z) => z,
    uninformative:
      'Under the mean absolute error every example has the same gradient norm 1/√D at the output, so the upper bound would be uniform sampling at a higher price. Use the scorer "gradient-norm", or train on the squared error; by "loss", small losses would get large weights.',
  };
}
