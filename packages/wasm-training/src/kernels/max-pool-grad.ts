import * as tf from "@tensorflow/tfjs";
import { defineKernel } from "../engine/define-kernel.js";
import { expectRank } from "../engine/check-inputs.js";
import { convolutionSizes, type ImageShape } from "./convolution-sizes.js";
import { outputGradient, toFloat } from "./conversions.js";

/** Gradient of maximum pooling with respect to its input [N, H, W, C]: it goes to the first largest number. */
export const maxPoolGrad = defineKernel<tf.MaxPoolGradInputs, tf.MaxPoolGradAttrs>(
  tf.MaxPoolGrad,
  ({ inputs, attrs, engine }) => {
    expectRank(4, { input: inputs.input });
    const input = toFloat(engine, inputs.input);
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
    const seen = outputGradient(engine, inputs.dy, info.outShape);
    const dx = engine.output(shape);
    engine.call("maxPoolGradient", convolutionSizes(info), input, seen, dx);
    [input, seen].forEach(engine.dispose);
    return dx;
  },
);
