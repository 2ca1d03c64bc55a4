import * as tf from "@tensorflow/tfjs";
import { defineKernel } from "../define-kernel.js";

/**
 * max(x, 0) + α min(x, 0), α broadcast over x. The stock kernel takes one α for each channel, and reads
 * other shapes wrongly.
 */
export const prelu = defineKernel<tf.PreluInputs, object>(
  tf.Prelu,
  ({ inputs: { x, alpha }, engine, stock }) => {
    if (alpha.shape.length === 1 && alpha.shape[0] === x.shape.at(-1)) return stock();
    const above = engine.run(tf.Relu, { x });
    const below = engine.run(tf.Sub, { a: x, b: above });
    const sloped = engine.run(tf.Multiply, { a: below, b: alpha });
    const sum = engine.run(tf.Add, { a: above, b: sloped });
    [above, below, sloped].forEach(engine.dispose);
    return sum;
  },
);
