import * as tf from "@tensorflow/tfjs";
import { defineKernel } from "../engine/define-kernel.js";

/**
 * Returns the tensor itself, shared: TensorFlow.js calls this for every tensor that it saves for a
 * gradient, and the stock kernel copies each.
 */
export const identity = defineKernel<tf.IdentityInputs, object>(
  tf.Identity,
  ({ inputs: { x }, engine, stock }) => (x.dtype === "string" ? stock() : engine.share(x)),
);
