import * as tf from "@tensorflow/tfjs";
import type { Head } from "./head.js";
import { averagePositions, shareGradient } from "./positions.js";

/** How an output's targets name classes: by their ids, by one share for each, or by one share of the second of two. */
type ClassCoding = "ids" | "shares" | "share";

/** Weighs the classes of one output. */
export interface PositionWeights {
  /** Weight of each class, by class, for every class that targets may name. */
  readonly weights: readonly number[];
  readonly coding: ClassCoding;
}

/** Class of each position, [P], of targets y [P, C]; of shares the largest, the first where several are. */
function classesOf(y: tf.Tensor, coding: ClassCoding): tf.Tensor1D {
  if (coding === "shares") return tf.argMax(y, -1);
  const flat = tf.reshape(y, [-1]);
  return tf.cast(coding === "share" ? tf.greater(flat, 0.5) : flat, "int32") as tf.Tensor1D;
}

/**
 * Weighs every position of an example by the class of its target: ℓ = (1/T) Σ_t w(class_t) ℓ_t, or Σ m w ℓ / Σ m under a
 * mask; an example without positions by its own class. Of T positions [B, …] the head sees B · T examples, so its loss must
 * be of single positions, as those of TensorFlow.js are.
 */
export function weighPositions(head: Head, { weights, coding }: PositionWeights): Head {
  const { uninformative: _, ...informative } = head;
  const spread = (z: tf.Tensor, y: tf.Tensor) => {
    const positions = z.shape.slice(0, -1);
    const count = positions.reduce((product, size) => product * size, 1);
    const rows = tf.reshape(y, [count, -1]);
    const factors = tf.gather(tf.tensor1d([...weights]), classesOf(rows, coding));
    // without positions the loss gets its targets as they are
    const [flat, targets] = z.rank === 2 ? [z, y] : [tf.reshape(z, [count, -1]), rows];
    return { positions, factors, flat, targets };
  };
  return {
    ...informative,
    losses: (z, y, mask) => {
      const { positions, factors, flat, targets } = spread(z, y);
      const losses = tf.mul(head.losses(flat, targets), factors);
      return averagePositions(tf.reshape(losses, positions), mask);
    },
    gradient: (z, y, mask) => {
      const { factors, flat, targets } = spread(z, y);
      const gradient = tf.mul(head.gradient(flat, targets), tf.expandDims(factors, -1));
      return shareGradient(tf.reshape(gradient, z.shape), mask);
    },
  };
}
