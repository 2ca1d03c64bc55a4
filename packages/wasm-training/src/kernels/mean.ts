import * as tf from "@tensorflow/tfjs";
import { expectNumbers } from "../engine/check-inputs.js";
import { defineKernel } from "../engine/define-kernel.js";
import { zeros } from "./conversions.js";
import { reducedShape, sumMiddle } from "./reduction.js";

/** Means over axes: sums, divided; of no numbers 0, as on the cpu engine, where the stock kernel writes none. */
export const mean = defineKernel<tf.MeanInputs, tf.MeanAttrs>(
  tf.Mean,
  ({ inputs: { x }, attrs, engine, stock }) => {
    expectNumbers({ x });
    const { shape } = x;
    if (tf.util.sizeFromShape(shape) === 0) return zeros(engine, reducedShape(shape, attrs));
    const found = sumMiddle(engine, x, attrs);
    if (found === undefined) return stock();
    const scale = engine.number(1 / found.count);
    const result = engine.run(tf.Multiply, { a: found.sum, b: scale });
    engine.dispose(found.sum);
    engine.dispose(scale);
    return result;
  },
);
