import type * as tf from "@tensorflow/tfjs";
import { wasmKernel, type KernelArguments } from "./engine-kernel.js";

/** What the wasm engine offers its kernels. */
interface WasmEngine {
  readonly disposeData: (id: object) => void;
}

/** Swaps the last two axes of an operand with the engine's own Transpose kernel. */
function transposed(x: tf.TensorInfo, backend: unknown): tf.TensorInfo {
  const axes = x.shape.map((_, axis) => axis);
  const perm = [...axes.slice(0, -2), x.shape.length - 1, x.shape.length - 2];
  const transpose = wasmKernel("Transpose");
  return transpose({ inputs: { x }, backend, attrs: { perm } } as KernelArguments) as tf.TensorInfo;
}

/**
 * Makes a matrix product that transposes operands first and then runs the stock kernel on plain ones:
 * the stock kernel leaves its fast path as soon as an operand is to be read transposed.
 */
export function withTransposedOperands(stock: tf.KernelFunc): tf.KernelFunc {
  return ({ inputs, backend, attrs }) => {
    const { transposeA, transposeB } = attrs as { transposeA?: boolean; transposeB?: boolean };
    if (transposeA !== true && transposeB !== true)
      return stock({ inputs, backend, ...(attrs && { attrs }) });
    const { a, b } = inputs as { a: tf.TensorInfo; b: tf.TensorInfo };
    const left = transposeA === true ? transposed(a, backend) : a;
    const right = transposeB === true ? transposed(b, backend) : b;
    try {
      const plain = { ...attrs, transposeA: false, transposeB: false };
      return stock({
        inputs: { ...inputs, a: left, b: right },
        backend,
        attrs: plain,
      });
    } finally {
      const engine = backend as WasmEngine;
      if (left !== a) engine.disposeData(left.dataId);
      if (right !== b) engine.disposeData(right.dataId);
    }
  };
}
