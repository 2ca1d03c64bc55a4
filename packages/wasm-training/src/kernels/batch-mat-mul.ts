import * as tf from "@tensorflow/tfjs";
import { defineKernel } from "../engine/define-kernel.js";
import { expectProduct, product } from "./product.js";

/**
 * a [..., m, k] · b [..., k, n], either read transposed. The stock kernel is fast for one plain product
 * and slow for all others, those of every gradient; it does not fill sums of no products.
 */
export const batchMatMul = defineKernel<tf.BatchMatMulInputs, tf.BatchMatMulAttrs>(
  tf.BatchMatMul,
  ({ inputs, attrs, engine, stock }) => {
    const { a, b } = inputs;
    const plain = !attrs.transposeA && !attrs.transposeB;
    const one = a.shape.length === 2 && b.shape.length === 2;
    expectProduct({ a, b }, attrs);
    const fast = plain && one && tf.util.sizeFromShape(a.shape) > 0;
    if (fast || a.dtype !== "float32" || b.dtype !== "float32") return stock();
    return product(engine, { a, b }, attrs);
  },
);
