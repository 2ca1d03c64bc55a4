import * as tf from "@tensorflow/tfjs";
import { inputInvalid } from "../engine/check-inputs.js";
import { defineKernel } from "../engine/define-kernel.js";
import { describeTensor } from "../engine/simd-arguments.js";
import type { TensorInfo } from "../engine/tensor-info.js";
import type { WasmEngine } from "../engine/wasm-engine.js";
import { channelsLast, padChannelsLast, shapeChannelsLast } from "./channels-last.js";
import { convolutionInfo, convolutionSizes, paddedBytes } from "./convolution-sizes.js";
import { outputGradient, toFloat, zeros } from "./conversions.js";

/** Patches that are made at a time, as BLOCK_ROWS in simd/gemm.ts. */
const PATCHES = 128;

type Sizes = tf.backend_util.Conv2DInfo;

function gradient(
  engine: WasmEngine,
  info: Sizes,
  given: { readonly dy: TensorInfo; readonly filter: TensorInfo },
): TensorInfo {
  const dy = outputGradient(engine, given.dy, info.outShape);
  const filter = toFloat(engine, given.filter);
  const dx = engine.output(info.inShape);
  const patch = info.filterHeight * info.filterWidth * info.inChannels;
  const packed = engine.call("packedBytes", info.outChannels, patch);
  engine.lend([paddedBytes(info), packed, 4 * PATCHES * patch], (...rooms) => {
    const sizes = convolutionSizes(info);
    engine.call("convolutionInputGradient", sizes, dy, filter, dx, ...rooms, engine.scratch);
  });
  [dy, filter].forEach(engine.dispose);
  return dx;
}

/** Gradient of a convolution with respect to its input, and so a transposed convolution. */
export const conv2DBackpropInput = defineKernel<
  tf.Conv2DBackpropInputInputs,
  tf.Conv2DBackpropInputAttrs
>(tf.Conv2DBackpropInput, ({ inputs: { dy, filter }, attrs, engine }) => {
  const { dataFormat: format } = attrs;
  const shape = shapeChannelsLast(attrs.inputShape, format);
  const pad = padChannelsLast(attrs.pad, format);
  const info = convolutionInfo(shape, filter.shape, { ...attrs, pad });
  if (filter.shape[2] !== info.inChannels)
    throw inputInvalid(
      `The filter must be for ${info.inChannels} channels, but is ${describeTensor(filter)}`,
    );
  // sums over no pixels or weights, or no sums
  const isEmpty = [info.outShape, info.inShape, filter.shape].some(
    (size) => tf.util.sizeFromShape(size) === 0,
  );
  if (isEmpty) return zeros(engine, attrs.inputShape);
  return channelsLast(engine, { format, images: [dy] as const, imagesOut: true }, (image) =>
    gradient(engine, info, { dy: image, filter }),
  );
});
