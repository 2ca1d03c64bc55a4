import * as tf from "@tensorflow/tfjs";
import { expectNumbers } from "../engine/check-inputs.js";
import { defineKernel } from "../engine/define-kernel.js";
import { toFloat } from "./conversions.js";

/**
 * max(x, 0) − α max(−x, 0), α broadcast over x. The stock kernel takes one α for each channel, and reads
 * other shapes and types wrongly.
 */
export const prelu = defineKernel<tf.PreluInputs, object>(
  tf.Prelu,
  ({ inputs: { x, alpha }, engine, stock }) => {
    expectNumbers({ x, alpha });
    const float = alpha.dtype === "float32";
    if (float && alpha.shape.length === 1 && alpha.shape[0] === x.shape.at(-1)) return stock();
    tf.backend_util.assertAndGetBroadcastShape(x.shape, alpha.shape);
    const numbers = toFloat(engine, x);
    const slopes = toFloat(engine, alpha);
    const above = engine.run(tf.Relu, { x: numbers });
    const negated = engine.run(tf.Neg, { x: numbers });
    const below = engine.run(tf.Relu, { x: negated });
    const sloped = engine.run(tf.Multiply, { a: below, b: slopes });
    const result = engine.run(tf.Sub, { a: above, b: sloped });
    [numbers, slopes, above, negated, below, sloped].forEach(engine.dispose);
    return result;
  },
);
