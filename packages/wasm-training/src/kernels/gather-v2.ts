import * as tf from "@tensorflow/tfjs";
import { inputInvalid } from "../engine/check-inputs.js";
import { defineKernel } from "../engine/define-kernel.js";
import { describeTensor } from "../engine/simd-arguments.js";
import type { TensorInfo } from "../engine/tensor-info.js";
import type { WasmEngine } from "../engine/wasm-engine.js";
import { toWhole } from "./conversions.js";

/** Takes slices of x by index along an axis, as an Embedding does. With batch dimensions the stock kernel reads wrong ones. */
export const gatherV2 = defineKernel<tf.GatherV2Inputs, tf.GatherV2Attrs>(
  tf.GatherV2,
  ({ inputs: { x, indices }, attrs: { axis, batchDims }, engine, stock }) => {
    if (indices.dtype !== "int32")
      throw inputInvalid(`Indices must be of int32, but are ${describeTensor(indices)}`);
    if (x.dtype === "bool") return ofTruths(engine, { x, indices }, { axis, batchDims });
    if (x.dtype !== "float32" && x.dtype !== "int32")
      throw inputInvalid(`Only numbers and truths are gathered, not ${describeTensor(x)}`);
    const [at = 0] = tf.util.parseAxisParam(axis, x.shape);
    const { batchSize, outerSize, dimSize, sliceSize, outputShape } =
      tf.backend_util.segment_util.collectGatherOpShapeInfo(x, indices, at, batchDims);
    const out = engine.output(outputShape, x.dtype);
    const count = tf.util.sizeFromShape(indices.shape) / Math.max(batchSize, 1);
    const parts = (tensor: TensorInfo, size: number) => ({
      tensor,
      offsets: Array.from({ length: batchSize }, (_, batch) => batch * size),
    });
    const [from, ids] = [parts(x, outerSize * dimSize * sliceSize), parts(indices, count)];
    const to = parts(out, outerSize * count * sliceSize);
    // where nothing is copied the indices are looked at nevertheless
    const [outer, width] = outerSize === 0 ? [1, 0] : [outerSize, sliceSize];
    const bad = engine.call("gatherRows", from, ids, outer, dimSize, width, count, to);
    if (bad < 0) return out;
    engine.dispose(out);
    // the stock kernel says what is wrong
    return stock();
  },
);

/** Gathers truth values, which have one byte each, as whole numbers. */
function ofTruths(
  engine: WasmEngine,
  { x, indices }: { readonly x: TensorInfo; readonly indices: TensorInfo },
  attrs: tf.GatherV2Attrs,
): TensorInfo {
  const whole = toWhole(engine, x);
  const gathered = engine.run(tf.GatherV2, { x: whole, indices }, attrs);
  const result = engine.run(tf.Cast, { x: gathered }, { dtype: "bool" });
  [whole, gathered].forEach(engine.dispose);
  return result;
}
