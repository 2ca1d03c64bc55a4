import * as tf from "@tensorflow/tfjs";
import { defineKernel } from "../define-kernel.js";
import { sumMiddle } from "./reduction.js";

/** Means over axes: sums, divided. */
export const mean = defineKernel<tf.MeanInputs, tf.MeanAttrs>(
  tf.Mean,
  ({ inputs: { x }, attrs, engine, stock }) => {
    const found = sumMiddle(engine, x, attrs);
    if (found === undefined) return stock();
    const scale = engine.number(1 / found.count);
    const result = engine.run(tf.Multiply, { a: found.sum, b: scale });
    engine.dispose(found.sum);
    engine.dispose(scale);
    return result;
  },
);
