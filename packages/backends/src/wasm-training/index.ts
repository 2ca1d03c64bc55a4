import * as tf from "@tensorflow/tfjs";
import { wasmKernelConfig } from "./engine-kernel.js";
import { withTransposedOperands } from "./transposed-operands.js";

const INSTALLED = Symbol.for("unequal.wasm-training");

/** The kernels that are replaced, and how each is made of the stock one. */
const REPLACEMENTS: Readonly<Record<string, (stock: tf.KernelFunc) => tf.KernelFunc>> = {
  BatchMatMul: withTransposedOperands,
  _FusedMatMul: withTransposedOperands,
};

/**
 * Replaces kernels of the wasm engine by ones that are faster in training; results are the same up to
 * rounding. It serves any TensorFlow.js program that has imported `@tensorflow/tfjs-backend-wasm`, and
 * may be called any number of times.
 *
 * @example
 * import "@tensorflow/tfjs-backend-wasm";
 * import { installWasmTraining } from "@unequal/backends/wasm-training";
 * installWasmTraining();
 */
export function installWasmTraining(): void {
  for (const [kernelName, replace] of Object.entries(REPLACEMENTS)) {
    const stock = wasmKernelConfig(kernelName);
    if (INSTALLED in stock.kernelFunc) continue;
    const kernelFunc = Object.assign(replace(stock.kernelFunc), { [INSTALLED]: true });
    tf.unregisterKernel(kernelName, "wasm");
    // the stock kernel's own set-up must still run if the engine is not started yet
    tf.registerKernel({ ...stock, kernelFunc });
  }
}
