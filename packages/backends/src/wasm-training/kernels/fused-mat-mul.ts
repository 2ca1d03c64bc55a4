import * as tf from "@tensorflow/tfjs";
import { defineKernel } from "../define-kernel.js";
import type { TensorInfo } from "../wasm-engine.js";
import { fusedTail } from "./fused-tail.js";
import { product } from "./product.js";

interface Inputs {
  readonly a: TensorInfo;
  readonly b: TensorInfo;
  readonly bias?: TensorInfo;
  readonly preluActivationWeights?: TensorInfo;
}

/**
 * act(a · b + bias). Left to the stock kernel for one plain product with a bias [n]; that one is slow for
 * transposed operands, and adds the bias to the first matrix of a batch only.
 */
export const fusedMatMul = defineKernel<Inputs, tf._FusedMatMulAttrs>(
  tf._FusedMatMul,
  ({ inputs, attrs, engine, stock }) => {
    const { a, b, bias, preluActivationWeights: slopes } = inputs;
    const { transposeA, transposeB, activation, leakyreluAlpha: alpha } = attrs;
    const plain = !transposeA && !transposeB && a.shape.length === 2 && b.shape.length === 2;
    const numbers = a.dtype === "float32" && b.dtype === "float32";
    if (!numbers || (plain && (bias?.shape.length ?? 1) === 1)) return stock();
    const x = product(engine, { a, b }, { transposeA, transposeB });
    return fusedTail(engine, x, { bias, activation, alpha, slopes });
  },
);
