import * as tf from "@tensorflow/tfjs";
import { defineKernel } from "../define-kernel.js";

/** Takes slices of x by index along an axis, as an Embedding does; with batch dimensions left to the stock kernel. */
export const gatherV2 = defineKernel<tf.GatherV2Inputs, tf.GatherV2Attrs>(
  tf.GatherV2,
  ({ inputs: { x, indices }, attrs: { axis, batchDims }, engine, stock }) => {
    const numbers = x.dtype === "float32" || x.dtype === "int32";
    if (batchDims !== 0 || !numbers || indices.dtype !== "int32") return stock();
    const [at = 0] = tf.util.parseAxisParam(axis, x.shape);
    const [before, after] = [x.shape.slice(0, at), x.shape.slice(at + 1)];
    const out = engine.output([...before, ...indices.shape, ...after], x.dtype as "float32");
    const [outer, width] = [before, after].map((shape) => tf.util.sizeFromShape(shape));
    const count = tf.util.sizeFromShape(indices.shape);
    const rows = x.shape[at] ?? 0;
    const bad = engine.call("gatherRows", x, indices, outer, rows, width, count, out);
    if (bad < 0) return out;
    engine.dispose(out);
    // the stock kernel says what is wrong
    return stock();
  },
);
