import type * as tf from "@tensorflow/tfjs";

/** What the backward pass of a fused sequence comes by; the tensors are borrowed. */
export interface SequenceDeltas {
  /** x_t in the order of the steps, [N, T, I]. */
  readonly x: tf.Tensor3D;
  /** h_{t−1}, [T, N, U]. */
  readonly previous: tf.Tensor3D;
  /** A GRU's r_t ⊙ h_{t−1}, [T, N, U]. */
  readonly reset?: tf.Tensor3D;
  /** Gradient with respect to the pre-activations of all gates, [T, N, gates · U]. */
  readonly dz: tf.Tensor3D;
}

/** Watches one call of a fused sequence. */
export interface SequenceWatch {
  /** The outputs are made to depend on it, so that the backward pass comes by; its gradient is 0. */
  readonly tap: tf.Tensor;
  readonly found: (deltas: SequenceDeltas) => void;
}

/** What a recurrent cell carries, as a property of this name, while its sequences are to be watched. */
export const SEQUENCE_PROBE = Symbol.for("unequal.sequence-probe");

/** Is told of every call of a fused sequence, x in the order of the steps. */
export type SequenceProbe = (x: tf.Tensor) => SequenceWatch;
