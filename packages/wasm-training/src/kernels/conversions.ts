import * as tf from "@tensorflow/tfjs";
import type { TensorInfo } from "../engine/tensor-info.js";
import type { WasmEngine } from "../engine/wasm-engine.js";

/** Returns numbers as float32, to be freed: shared where they are so already. */
export function toFloat(engine: WasmEngine, x: TensorInfo): TensorInfo {
  return engine.run(tf.Cast, { x }, { dtype: "float32" });
}

/** Returns numbers as int32, to be freed: shared where they are so already. */
export function toWhole(engine: WasmEngine, x: TensorInfo): TensorInfo {
  return engine.run(tf.Cast, { x }, { dtype: "int32" });
}

/**
 * Returns ∂y [N, H, W, C] as float32, to be freed. Where it is larger than the operation's output, as after a length
 * that was rounded up, the part beyond is left out, as other engines do.
 */
export function outputGradient(
  engine: WasmEngine,
  dy: TensorInfo,
  outShape: readonly number[],
): TensorInfo {
  const float = toFloat(engine, dy);
  if (tf.util.arraysEqual(dy.shape, [...outShape])) return float;
  const seen = engine.run(tf.Slice, { x: float }, { begin: [0, 0, 0, 0], size: outShape });
  engine.dispose(float);
  return seen;
}

/** Makes a tensor of zeros. */
export function zeros(
  engine: WasmEngine,
  shape: readonly number[],
  dtype: tf.DataType = "float32",
): TensorInfo {
  return engine.run(tf.Fill, {}, { shape, value: 0, dtype });
}
