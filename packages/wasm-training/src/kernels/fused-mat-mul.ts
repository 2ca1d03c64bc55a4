import * as tf from "@tensorflow/tfjs";
import { expectFloat, inputInvalid } from "../engine/check-inputs.js";
import { defineKernel } from "../engine/define-kernel.js";
import type { TensorInfo } from "../engine/tensor-info.js";
import { fusedTail } from "./fused-tail.js";
import { expectProduct, product } from "./product.js";

interface Inputs {
  readonly a: TensorInfo;
  readonly b: TensorInfo;
  readonly bias?: TensorInfo;
  readonly preluActivationWeights?: TensorInfo;
}

/** Rows below which the stock kernel is faster: it keeps b packed from call to call, as prediction needs it. */
const FEW = 32;

/** Whether the stock kernel does one plain product of few rows, with a bias and slopes [n], right. */
function suitsStock({ a, b, bias, preluActivationWeights }: Inputs): boolean {
  const [batch, rows = 0] = a.shape;
  const columns = b.shape.at(-1);
  const tails = [bias, preluActivationWeights].every(
    (tail) => tail === undefined || (tail.shape.length === 1 && tail.shape[0] === columns),
  );
  const flat = a.shape.length === 3 && b.shape.length === 3;
  const one = flat && batch === 1 && b.shape[0] === 1;
  return one && tails && rows < FEW && tf.util.sizeFromShape(a.shape) > 0;
}

/**
 * act(a · b + bias). The stock kernel is slow for many rows and for transposed operands, adds the bias to the first
 * matrix of a batch only, and takes no matrices of rank 2.
 */
export const fusedMatMul = defineKernel<Inputs, tf._FusedMatMulAttrs>(
  tf._FusedMatMul,
  ({ inputs, attrs, engine, stock }) => {
    const { a, b, bias, preluActivationWeights: slopes } = inputs;
    const { transposeA, transposeB, activation, leakyreluAlpha: alpha } = attrs;
    if (a.dtype !== "float32" || b.dtype !== "float32") return stock();
    expectFloat({ bias, slopes });
    expectProduct({ a, b }, attrs);
    if (activation === "prelu" && slopes === undefined)
      throw inputInvalid(
        "A product with the activation prelu needs its slopes, but was given none",
      );
    if (!transposeA && !transposeB && suitsStock(inputs)) return stock();
    const x = product(engine, { a, b }, { transposeA, transposeB });
    return fusedTail(engine, x, { bias, activation, alpha, slopes });
  },
);
