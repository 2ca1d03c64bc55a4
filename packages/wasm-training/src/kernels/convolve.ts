import type * as tf from "@tensorflow/tfjs";
import type { TensorInfo } from "../engine/tensor-info.js";
import type { WasmEngine } from "../engine/wasm-engine.js";
import { convolutionInfo, convolutionSizes, paddedBytes } from "./convolution-sizes.js";

/** A convolution of images [N, H, W, C], with what comes after the product. */
export interface Convolve {
  readonly x: TensorInfo;
  readonly filter: TensorInfo;
  readonly attrs: Pick<tf.Conv2DAttrs, "strides" | "pad" | "dilations" | "dimRoundingMode">;
  /** [out channels] */
  readonly bias?: TensorInfo | undefined;
  readonly relu?: boolean;
}

/** act(x ∗ filter + bias), the identity or relu, in one pass. */
export function convolve(engine: WasmEngine, given: Convolve): TensorInfo {
  const { x, filter, attrs, bias, relu = false } = given;
  const info = convolutionInfo(x.shape, filter.shape, attrs);
  const y = engine.output(info.outShape);
  const patch = info.filterHeight * info.filterWidth * info.inChannels;
  const panels = (depth: number): number => engine.call("packedBytes", depth, info.outChannels);
  // an image, the filter in panels, and the pixels' places with a bias for every panel
  const offsets = 4 * info.outHeight * info.outWidth;
  const rooms = [paddedBytes(info), panels(patch), offsets + panels(1)];
  engine.lend(rooms, (...room) => {
    const sizes = convolutionSizes(info);
    engine.call("convolve", sizes, x, filter, bias, Number(relu), y, ...room, engine.scratch);
  });
  return y;
}
