import * as tf from "@tensorflow/tfjs";
import { defineKernel } from "../engine/define-kernel.js";
import { convolutionInfo, convolutionSizes } from "./convolution-sizes.js";
import { outputGradient, toFloat, zeros } from "./conversions.js";

/** Gradient of a depthwise convolution with respect to its filter [height, width, channels, multiplier]. */
export const depthwiseBackpropFilter = defineKernel<
  tf.DepthwiseConv2dNativeBackpropFilterInputs,
  tf.DepthwiseConv2dNativeBackpropFilterAttrs
>(tf.DepthwiseConv2dNativeBackpropFilter, ({ inputs, attrs, engine }) => {
  const { filterShape } = attrs;
  const info = convolutionInfo(inputs.x.shape, filterShape, { ...attrs, depthwise: true });
  // sums over no pixels, or no sums
  if (tf.util.sizeFromShape(info.outShape) === 0) return zeros(engine, filterShape);
  const x = toFloat(engine, inputs.x);
  const dy = outputGradient(engine, inputs.dy, info.outShape);
  const dw = engine.output(filterShape);
  engine.call("depthwiseFilterGradient", convolutionSizes(info), x, dy, dw);
  [x, dy].forEach(engine.dispose);
  return dw;
});
