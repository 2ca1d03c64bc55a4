import type * as tf from "@tensorflow/tfjs";

/** A span of rows. */
interface RowRange {
  readonly begin: number;
  readonly size: number;
}

/** What the norms are taken of. */
export interface GradientNormPass {
  /** The model's layers, nested models opened. */
  readonly layers: readonly tf.layers.Layer[];
  readonly variables: readonly tf.Variable[];
  /** Number of examples B. */
  readonly size: number;
  /** Runs forward in inference mode, synchronously: the losses of all rows, or of some, weights included. */
  readonly losses: (range?: RowRange) => tf.Tensor1D;
  /** Is told, in a sentence, of layers whose norms take a backward pass for every example. */
  readonly note: (message: string) => void;
}
