import * as tf from "@tensorflow/tfjs";
import { defineKernel } from "../define-kernel.js";
import { convolutionSizes, type ImageShape } from "./convolution-sizes.js";

/** Gradient of a depthwise convolution with respect to its filter [height, width, channels, multiplier]. */
export const depthwiseBackpropFilter = defineKernel<
  tf.DepthwiseConv2dNativeBackpropFilterInputs,
  tf.DepthwiseConv2dNativeBackpropFilterAttrs
>(tf.DepthwiseConv2dNativeBackpropFilter, ({ inputs: { x, dy }, attrs, engine }) => {
  const { strides, dilations, pad, dimRoundingMode, filterShape } = attrs;
  const info = tf.backend_util.computeConv2DInfo(
    x.shape as ImageShape,
    filterShape,
    strides,
    dilations,
    pad,
    dimRoundingMode,
    true,
  );
  const dw = engine.output(filterShape);
  engine.call("depthwiseFilterGradient", engine.sizes(convolutionSizes(info)), x, dy, dw);
  return dw;
});
