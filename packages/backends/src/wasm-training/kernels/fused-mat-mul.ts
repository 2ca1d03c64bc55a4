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
 * act(a · b + bias). The stock kernel is slow for transposed operands, adds the bias to the first matrix of a batch
 * only, and takes no matrices of rank 2.
 */
export const fusedMatMul = defineKernel<Inputs, tf._FusedMatMulAttrs>(
  tf._FusedMatMul,
  ({ inputs, attrs, engine, stock }) => {
    const { a, b, bias, preluActivationWeights: slopes } = inputs;
    const { transposeA, transposeB, activation, leakyreluAlpha: alpha } = attrs;
    if (a.dtype !== "float32" || b.dtype !== "float32") return stock();
    const x = product(engine, { a, b }, { transposeA, transposeB });
    return fusedTail(engine, x, { bias, activation, alpha, slopes });
  },
);
