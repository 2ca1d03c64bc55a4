import * as tf from "@tensorflow/tfjs";
import type { TensorInfo, WasmEngine } from "../wasm-engine.js";
import { convolutionSizes, paddedBytes, type ImageShape } from "./convolution-sizes.js";

/** Out channels of a panel, as COLUMNS in simd/panels.ts. */
const COLUMNS = 8;

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
  const { strides, dilations, pad, dimRoundingMode } = attrs;
  const info = tf.backend_util.computeConv2DInfo(
    x.shape as ImageShape,
    filter.shape as ImageShape,
    strides,
    dilations,
    pad,
    dimRoundingMode,
  );
  const y = engine.output(info.outShape);
  const patch = info.filterHeight * info.filterWidth * info.inChannels;
  const columns = COLUMNS * Math.ceil(info.outChannels / COLUMNS);
  const rooms = [
    paddedBytes(info),
    4 * patch * columns,
    4 * (info.outHeight * info.outWidth + columns),
  ];
  engine.lend(rooms, (...addresses) => {
    const sizes = engine.sizes(convolutionSizes(info));
    const room = [...addresses, engine.scratch];
    engine.call("convolve", sizes, x, filter, bias, Number(relu), y, ...room);
  });
  return y;
}
