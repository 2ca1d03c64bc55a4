import * as tf from "@tensorflow/tfjs";
import { inputInvalid } from "../engine/check-inputs.js";
import { defineKernel } from "../engine/define-kernel.js";
import { describeTensor } from "../engine/simd-arguments.js";
import { zeros } from "./conversions.js";

/**
 * Converts numbers; where they are of the type already the tensor is shared, which the stock kernel copies. To bool it
 * keeps the lowest byte, which of 256 and of 0.5 is 0.
 */
export const cast = defineKernel<tf.CastInputs, tf.CastAttrs>(
  tf.Cast,
  ({ inputs: { x }, attrs, engine, stock }) => {
    // the stock kernel would fail with its result half made
    if ([x.dtype, attrs.dtype].includes("string"))
      throw inputInvalid(
        `Strings are not converted to numbers, nor back, but x is ${describeTensor(x)}`,
      );
    if (x.dtype === attrs.dtype) return engine.share(x);
    if (attrs.dtype !== "bool") return stock();
    const zero = zeros(engine, [], x.dtype);
    const result = engine.run(tf.NotEqual, { a: x, b: zero });
    engine.dispose(zero);
    return result;
  },
);
