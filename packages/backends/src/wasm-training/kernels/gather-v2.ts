import * as tf from "@tensorflow/tfjs";
import { defineKernel } from "../define-kernel.js";

const BYTES = 4;

/** Takes slices of x by index along an axis, as an Embedding does. With batch dimensions the stock kernel reads wrong ones. */
export const gatherV2 = defineKernel<tf.GatherV2Inputs, tf.GatherV2Attrs>(
  tf.GatherV2,
  ({ inputs: { x, indices }, attrs: { axis, batchDims }, engine, stock }) => {
    const numbers = x.dtype === "float32" || x.dtype === "int32";
    if (!numbers || indices.dtype !== "int32") return stock();
    const [at = 0] = tf.util.parseAxisParam(axis, x.shape);
    const { batchSize, outerSize, dimSize, sliceSize, outputShape } =
      tf.backend_util.segment_util.collectGatherOpShapeInfo(x, indices, at, batchDims);
    const out = engine.output(outputShape, x.dtype as "float32");
    const count = tf.util.sizeFromShape(indices.shape) / Math.max(batchSize, 1);
    for (let batch = 0; batch < batchSize; batch++) {
      const from = engine.address(x) + BYTES * batch * outerSize * dimSize * sliceSize;
      const ids = engine.address(indices) + BYTES * batch * count;
      const to = engine.address(out) + BYTES * batch * outerSize * count * sliceSize;
      const bad = engine.call("gatherRows", from, ids, outerSize, dimSize, sliceSize, count, to);
      if (bad < 0) continue;
      engine.dispose(out);
      // the stock kernel says what is wrong
      return stock();
    }
    return out;
  },
);
