import * as tf from "@tensorflow/tfjs";
import { defineKernel } from "../define-kernel.js";
import { convolutionSizes, type ImageShape } from "./convolution-sizes.js";

/** Gradient of a depthwise convolution with respect to its input [N, H, W, C]. */
export const depthwiseBackpropInput = defineKernel<
  tf.DepthwiseConv2dNativeBackpropInputInputs,
  tf.DepthwiseConv2dNativeBackpropInputAttrs
>(tf.DepthwiseConv2dNativeBackpropInput, ({ inputs: { dy, filter }, attrs, engine }) => {
  const { strides, dilations, pad, dimRoundingMode, inputShape } = attrs;
  const info = tf.backend_util.computeConv2DInfo(
    inputShape,
    filter.shape as ImageShape,
    strides,
    dilations,
    pad,
    dimRoundingMode,
    true,
  );
  const dx = engine.output(inputShape);
  engine.call("depthwiseInputGradient", engine.sizes(convolutionSizes(info)), dy, filter, dx);
  return dx;
});
