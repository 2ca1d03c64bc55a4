import * as tf from "@tensorflow/tfjs";
import { defineKernel } from "../define-kernel.js";
import type { TensorInfo, WasmEngine } from "../wasm-engine.js";

function cast(engine: WasmEngine, x: TensorInfo, dtype: "float32" | "int32"): TensorInfo {
  return engine.run(tf.Cast, { x }, { dtype });
}

/**
 * Sums rows x [N, ...] by segment to [segments, ...], and so the gradient of a gather and of an Embedding.
 * Whole numbers are exact up to 2²⁴.
 */
export const unsortedSegmentSum = defineKernel<
  tf.UnsortedSegmentSumInputs,
  tf.UnsortedSegmentSumAttrs
>(tf.UnsortedSegmentSum, ({ inputs, attrs: { numSegments }, engine }) => {
  const x = cast(engine, inputs.x, "float32");
  const segmentIds = cast(engine, inputs.segmentIds, "int32");
  const rows = tf.util.sizeFromShape(segmentIds.shape);
  const inner = x.shape.slice(segmentIds.shape.length);
  const sums = engine.output([numSegments, ...inner]);
  const width = tf.util.sizeFromShape(inner);
  engine.call("segmentSum", x, segmentIds, rows, width, numSegments, sums);
  engine.dispose(x);
  engine.dispose(segmentIds);
  if (inputs.x.dtype !== "int32") return sums;
  const whole = cast(engine, sums, "int32");
  engine.dispose(sums);
  return whole;
});
