import * as tf from "@tensorflow/tfjs";
import { defineKernel } from "../define-kernel.js";
import { zeros } from "./conversions.js";

/**
 * Converts numbers; where they are of the type already the tensor is shared, which the stock kernel copies. To bool it
 * keeps the lowest byte, which of 256 and of 0.5 is 0.
 */
export const cast = defineKernel<tf.CastInputs, tf.CastAttrs>(
  tf.Cast,
  ({ inputs: { x }, attrs, engine, stock }) => {
    if (x.dtype === attrs.dtype && x.dtype !== "string") return engine.share(x);
    if (attrs.dtype !== "bool" || x.dtype === "string") return stock();
    const zero = zeros(engine, [], x.dtype);
    const result = engine.run(tf.NotEqual, { a: x, b: zero });
    engine.dispose(zero);
    return result;
  },
);
