import type * as tf from "@tensorflow/tfjs";

/** What tensors are made of inside the engine. */
export type TensorInfo = tf.TensorInfo;
