import * as tf from "@tensorflow/tfjs";
import { defineKernel } from "../define-kernel.js";
import { expectRank } from "../check-inputs.js";
import { convolutionSizes, type ImageShape } from "./convolution-sizes.js";
import { outputGradient } from "./conversions.js";

/** Gradient of maximum pooling with respect to its input [N, H, W, C]: it goes to the first largest number. */
export const maxPoolGrad = defineKernel<tf.MaxPoolGradInputs, tf.MaxPoolGradAttrs>(
  tf.MaxPoolGrad,
  ({ inputs: { dy, input }, attrs, engine, stock }) => {
    if (input.dtype !== "float32") return stock();
    expectRank(4, { input });
    const { filterSize, strides, pad, dimRoundingMode } = attrs;
    const shape = input.shape as ImageShape;
    const info = tf.backend_util.computePool2DInfo(
      shape,
      filterSize,
      strides,
      1,
      pad,
      dimRoundingMode,
    );
    const seen = outputGradient(engine, dy, info.outShape);
    const dx = engine.output(shape);
    engine.call("maxPoolGradient", convolutionSizes(info), input, seen, dx);
    engine.dispose(seen);
    return dx;
  },
);
