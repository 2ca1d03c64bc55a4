import * as tf from "@tensorflow/tfjs";
import { defineKernel } from "../define-kernel.js";
import { convolutionInfo, convolutionSizes } from "./convolution-sizes.js";

/** Gradient of a depthwise convolution with respect to its filter [height, width, channels, multiplier]. */
export const depthwiseBackpropFilter = defineKernel<
  tf.DepthwiseConv2dNativeBackpropFilterInputs,
  tf.DepthwiseConv2dNativeBackpropFilterAttrs
>(tf.DepthwiseConv2dNativeBackpropFilter, ({ inputs: { x, dy }, attrs, engine }) => {
  const { filterShape } = attrs;
  const info = convolutionInfo(x.shape, filterShape, { ...attrs, depthwise: true });
  const dw = engine.output(filterShape);
  engine.call("depthwiseFilterGradient", engine.sizes(convolutionSizes(info)), x, dy, dw);
  return dw;
});
