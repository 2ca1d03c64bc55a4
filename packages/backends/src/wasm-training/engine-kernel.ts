import * as tf from "@tensorflow/tfjs";

/** What a kernel is called with. */
export type KernelArguments = Parameters<tf.KernelFunc>[0];

/** Returns a kernel of the wasm engine as it is registered now. */
export function wasmKernel(name: string): tf.KernelFunc {
  const kernel = tf.getKernel(name, "wasm") as { kernelFunc?: tf.KernelFunc } | undefined;
  if (kernel?.kernelFunc === undefined) throw new Error(`The wasm engine has no kernel ${name}.`);
  return kernel.kernelFunc;
}
