import * as tf from "@tensorflow/tfjs";
import { defineKernel } from "../engine/define-kernel.js";
import type { TensorInfo } from "../engine/tensor-info.js";
import type { WasmEngine } from "../engine/wasm-engine.js";
import { channelsLast, padChannelsLast, shapeChannelsLast } from "./channels-last.js";
import { convolutionInfo, convolutionSizes, paddedBytes } from "./convolution-sizes.js";
import { outputGradient, toFloat, zeros } from "./conversions.js";

type Sizes = tf.backend_util.Conv2DInfo;

function gradient(
  engine: WasmEngine,
  info: Sizes,
  given: { readonly x: TensorInfo; readonly dy: TensorInfo },
): TensorInfo {
  const x = toFloat(engine, given.x);
  const dy = outputGradient(engine, given.dy, info.outShape);
  const dw = engine.output(info.filterShape);
  engine.lend([paddedBytes(info)], (padded) => {
    const sizes = convolutionSizes(info);
    engine.call("convolutionFilterGradient", sizes, x, dy, dw, padded, engine.scratch);
  });
  [x, dy].forEach(engine.dispose);
  return dw;
}

/** Gradient of a convolution with respect to its filter [height, width, channels, out channels]. */
export const conv2DBackpropFilter = defineKernel<
  tf.Conv2DBackpropFilterInputs,
  tf.Conv2DBackpropFilterAttrs
>(tf.Conv2DBackpropFilter, ({ inputs: { x, dy }, attrs, engine }) => {
  const { dataFormat: format, filterShape } = attrs;
  const shape = shapeChannelsLast(x.shape, format);
  const pad = padChannelsLast(attrs.pad, format);
  const info = convolutionInfo(shape, filterShape, { ...attrs, pad });
  // sums over no pixels
  if (tf.util.sizeFromShape(info.outShape) === 0) return zeros(engine, filterShape);
  const images: [TensorInfo, TensorInfo] = [x, dy];
  return channelsLast(engine, { format, images, imagesOut: false }, (last, gradients) =>
    gradient(engine, info, { x: last, dy: gradients }),
  );
});
