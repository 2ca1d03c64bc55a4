import * as tf from "@tensorflow/tfjs";
import { defineKernel } from "../define-kernel.js";

/** Converts numbers; where they are of the type already the tensor is shared, which the stock kernel copies. */
export const cast = defineKernel<tf.CastInputs, tf.CastAttrs>(
  tf.Cast,
  ({ inputs: { x }, attrs, engine, stock }) =>
    x.dtype === attrs.dtype && x.dtype !== "string" ? engine.share(x) : stock(),
);
