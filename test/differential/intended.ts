/** A way in which a fit differs from TensorFlow.js on purpose. */
interface Difference {
  /** What `tf.LayersModel` does. */
  readonly theirs: string;
  /** What `ImportanceTraining` does. */
  readonly ours: string;
  readonly reason: string;
}

/**
 * All intended differences between a fit of ours with uniform sampling, unshuffled, and TensorFlow.js's, by the key that
 * the table in docs/fit.md names them by.
 */
export const INTENDED = {} as const satisfies Readonly<Record<string, Difference>>;

/** Key of an intended difference. */
export type IntendedDifference = string;
