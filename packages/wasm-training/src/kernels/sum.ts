import * as tf from "@tensorflow/tfjs";
import { expectNumbers } from "../engine/check-inputs.js";
import { defineKernel } from "../engine/define-kernel.js";
import { toWhole, zeros } from "./conversions.js";
import { reducedShape, sumMiddle } from "./reduction.js";

/**
 * Sums over axes. The stock kernel transposes x first where the last axis stays, as in every bias's gradient, and
 * does not fill sums of no numbers, nor those of truth values.
 */
export const sum = defineKernel<tf.SumInputs, tf.SumAttrs>(
  tf.Sum,
  ({ inputs: { x }, attrs, engine, stock }) => {
    expectNumbers({ x });
    const { shape, dtype } = x;
    if (dtype === "bool") {
      const whole = toWhole(engine, x);
      const counts = engine.run(tf.Sum, { x: whole }, attrs);
      engine.dispose(whole);
      return counts;
    }
    if (tf.util.sizeFromShape(shape) === 0) return zeros(engine, reducedShape(shape, attrs), dtype);
    return sumMiddle(engine, x, attrs)?.sum ?? stock();
  },
);
