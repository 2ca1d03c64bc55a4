import * as tf from "@tensorflow/tfjs";
import { defineKernel } from "../define-kernel.js";
import { zeros } from "./conversions.js";
import { sumMiddle, type Axes } from "./reduction.js";

/** Shape of a tensor's sums. */
function sumShape(shape: number[], { axis, keepDims }: Axes): number[] {
  const axes = tf.util.parseAxisParam(axis, shape);
  const [kept] = tf.backend_util.computeOutAndReduceShapes(shape, axes);
  return keepDims ? tf.backend_util.expandShapeToKeepDim(kept, axes) : kept;
}

/**
 * Sums over axes. The stock kernel transposes x first where the last axis stays, as in every bias's gradient, and
 * does not fill sums of no numbers.
 */
export const sum = defineKernel<tf.SumInputs, tf.SumAttrs>(
  tf.Sum,
  ({ inputs: { x }, attrs, engine, stock }) => {
    const { shape, dtype } = x;
    if (tf.util.sizeFromShape(shape) === 0) return zeros(engine, sumShape(shape, attrs), dtype);
    return sumMiddle(engine, x, attrs)?.sum ?? stock();
  },
);
