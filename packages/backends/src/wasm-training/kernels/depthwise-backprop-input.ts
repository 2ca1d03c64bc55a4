import * as tf from "@tensorflow/tfjs";
import { defineKernel } from "../define-kernel.js";
import { convolutionInfo, convolutionSizes } from "./convolution-sizes.js";

/** Gradient of a depthwise convolution with respect to its input [N, H, W, C]. */
export const depthwiseBackpropInput = defineKernel<
  tf.DepthwiseConv2dNativeBackpropInputInputs,
  tf.DepthwiseConv2dNativeBackpropInputAttrs
>(tf.DepthwiseConv2dNativeBackpropInput, ({ inputs: { dy, filter }, attrs, engine }) => {
  const { inputShape } = attrs;
  const info = convolutionInfo(inputShape, filter.shape, { ...attrs, depthwise: true });
  const dx = engine.output(inputShape);
  engine.call("depthwiseInputGradient", engine.sizes(convolutionSizes(info)), dy, filter, dx);
  return dx;
});
