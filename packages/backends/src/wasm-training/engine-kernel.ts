import * as tf from "@tensorflow/tfjs";
import { UnequalError } from "@unequal/core";

/** What a kernel is called with. */
export type KernelArguments = Parameters<tf.KernelFunc>[0];

/** Returns a kernel of the wasm engine as it is registered now, with what sets it up. */
export function wasmKernelConfig(name: string): tf.KernelConfig {
  const kernel = tf.getKernel(name, "wasm") as tf.KernelConfig | undefined;
  if (kernel !== undefined) return kernel;
  throw new UnequalError(
    "BACKEND_UNAVAILABLE",
    `The wasm engine must offer the kernel ${name}, but does not. Import @tensorflow/tfjs-backend-wasm 4.22 first.`,
  );
}

/** Returns what a kernel of the wasm engine runs. */
export function wasmKernel(name: string): tf.KernelFunc {
  return wasmKernelConfig(name).kernelFunc;
}
