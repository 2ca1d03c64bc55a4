import * as tf from "@tensorflow/tfjs";
import type { TensorInfo } from "../engine/tensor-info.js";
import type { WasmEngine } from "../engine/wasm-engine.js";

const TO_LAST = [0, 2, 3, 1];
const TO_FIRST = [0, 3, 1, 2];

/** How images are laid out. */
export type DataFormat = "NHWC" | "NCHW";

/** Permutes a shape [N, C, H, W] to [N, H, W, C]; leaves one that is so alone. */
export function shapeChannelsLast(shape: readonly number[], format: DataFormat): number[] {
  return format === "NHWC" ? [...shape] : TO_LAST.map((axis) => shape[axis] as number);
}

/** Padding as convolutions take it; explicit padding has a pair for each axis, in the images' order. */
export type Padding = tf.Conv2DAttrs["pad"];

/** Permutes explicit padding as `shapeChannelsLast` does shapes. */
export function padChannelsLast(pad: Padding, format: DataFormat): Padding {
  if (format === "NHWC" || !Array.isArray(pad)) return pad;
  return TO_LAST.map((axis) => pad[axis]) as Padding;
}

/** Permutes axes; the stock kernel fails where there are no numbers. */
function permute(engine: WasmEngine, x: TensorInfo, perm: readonly number[]): TensorInfo {
  if (tf.util.sizeFromShape(x.shape) > 0) return engine.run(tf.Transpose, { x }, { perm });
  return engine.output(perm.map((axis) => x.shape[axis] as number));
}

/**
 * Runs a kernel on images [N, H, W, C], whichever way they are given, and returns its images the way they
 * were given; what it makes in between is freed.
 *
 * @param imagesOut whether the result is images, too
 */
export function channelsLast<T extends readonly TensorInfo[]>(
  engine: WasmEngine,
  { format, images, imagesOut }: Layout<T>,
  run: (...images: T) => TensorInfo,
): TensorInfo {
  if (format === "NHWC") return run(...images);
  const turn = (x: TensorInfo): TensorInfo => permute(engine, x, TO_LAST);
  const turned = images.map(turn) as unknown as T;
  const result = run(...turned);
  turned.forEach(engine.dispose);
  if (!imagesOut) return result;
  const back = permute(engine, result, TO_FIRST);
  engine.dispose(result);
  return back;
}

interface Layout<T> {
  readonly format: DataFormat;
  readonly images: T;
  readonly imagesOut: boolean;
}
