import * as tf from "@tensorflow/tfjs";

function positionAxes(values: tf.Tensor): number[] {
  return Array.from({ length: values.rank - 1 }, (_, axis) => axis + 1);
}

/** Averages values [B, …] over their positions: Σ m v / Σ m under a mask [B, …], 0 where Σ m = 0 → [B]. */
export function averagePositions(values: tf.Tensor, mask?: tf.Tensor): tf.Tensor1D {
  if (values.rank === 1) return values as tf.Tensor1D;
  const axes = positionAxes(values);
  if (mask === undefined) return tf.mean(values, axes);
  const shares = positionShares(mask);
  return tf.sum(tf.mul(values, shares), axes);
}

/** Computes m / Σ m over the positions of each example, 0 where Σ m = 0: [B, …] → [B, …]. */
function positionShares(mask: tf.Tensor): tf.Tensor {
  const m = tf.cast(mask, "float32");
  const total = tf.sum(m, positionAxes(m), true);
  return tf.div(m, tf.maximum(total, 1));
}

/** Scales ∂(position loss)/∂z [B, …, C] to ∂(example loss)/∂z: by 1/T, or by m / Σ m under a mask. */
export function shareGradient(gradient: tf.Tensor, mask?: tf.Tensor): tf.Tensor {
  if (gradient.rank <= 2) return gradient;
  if (mask !== undefined) return tf.mul(gradient, tf.expandDims(positionShares(mask), -1));
  const positions = gradient.shape.slice(1, -1).reduce((product, size) => product * size, 1);
  return tf.div(gradient, positions);
}
