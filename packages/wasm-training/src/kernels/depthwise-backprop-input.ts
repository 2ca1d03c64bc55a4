import * as tf from "@tensorflow/tfjs";
import { defineKernel } from "../engine/define-kernel.js";
import { convolutionInfo, convolutionSizes } from "./convolution-sizes.js";
import { outputGradient, toFloat, zeros } from "./conversions.js";

/** Gradient of a depthwise convolution with respect to its input [N, H, W, C]. */
export const depthwiseBackpropInput = defineKernel<
  tf.DepthwiseConv2dNativeBackpropInputInputs,
  tf.DepthwiseConv2dNativeBackpropInputAttrs
>(tf.DepthwiseConv2dNativeBackpropInput, ({ inputs, attrs, engine }) => {
  const { inputShape } = attrs;
  const info = convolutionInfo(inputShape, inputs.filter.shape, { ...attrs, depthwise: true });
  // sums over no pixels, or no sums
  if (tf.util.sizeFromShape(info.outShape) === 0) return zeros(engine, inputShape);
  const dy = outputGradient(engine, inputs.dy, info.outShape);
  const filter = toFloat(engine, inputs.filter);
  const dx = engine.output(inputShape);
  engine.call("depthwiseInputGradient", convolutionSizes(info), dy, filter, dx);
  [dy, filter].forEach(engine.dispose);
  return dx;
});
