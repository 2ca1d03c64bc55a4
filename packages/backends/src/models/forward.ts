import type * as tf from "@tensorflow/tfjs";

/** Pre-activation outputs and, where the model's masks are applied, their masks. */
export interface ForwardResult {
  readonly outputs: readonly tf.Tensor[];
  readonly masks: readonly (tf.Tensor | undefined)[];
}

/** Runs a model forward, in training or in inference mode. */
export type Forward = (inputs: readonly tf.Tensor[], training: boolean) => ForwardResult;
