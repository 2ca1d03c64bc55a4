import * as tf from "@tensorflow/tfjs";
import { defineKernel } from "../define-kernel.js";
import { channelsLast, padChannelsLast, shapeChannelsLast } from "./channels-last.js";
import { convolutionSizes, paddedBytes, type ImageShape } from "./convolution-sizes.js";

/** Gradient of a convolution with respect to its filter [height, width, channels, out channels]. */
export const conv2DBackpropFilter = defineKernel<
  tf.Conv2DBackpropFilterInputs,
  tf.Conv2DBackpropFilterAttrs
>(tf.Conv2DBackpropFilter, ({ inputs: { x, dy }, attrs, engine }) => {
  const { strides, dataFormat: format, dimRoundingMode, filterShape } = attrs;
  const shape = shapeChannelsLast(x.shape, format) as ImageShape;
  const pad = padChannelsLast(attrs.pad, format);
  const info = tf.backend_util.computeConv2DInfo(
    shape,
    filterShape,
    strides,
    1,
    pad,
    dimRoundingMode,
  );
  return channelsLast(
    engine,
    { format, images: [x, dy] as const, imagesOut: false },
    (...images) => {
      const dw = engine.output(filterShape);
      engine.lend([paddedBytes(info)], (padded) => {
        const sizes = engine.sizes(convolutionSizes(info));
        engine.call("convolutionFilterGradient", sizes, ...images, dw, padded, engine.scratch);
      });
      return dw;
    },
  );
});
