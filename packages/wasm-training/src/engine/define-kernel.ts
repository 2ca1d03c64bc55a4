import type * as tf from "@tensorflow/tfjs";
import type { TensorInfo } from "./tensor-info.js";
import type { WasmEngine } from "./wasm-engine.js";

/** A call of a kernel. */
export interface KernelCall<I, A> {
  readonly inputs: { readonly [K in keyof I]: NonNullable<I[K]> };
  readonly attrs: A;
  readonly engine: WasmEngine;
  /** Runs the engine's own kernel of this name on the same call; for cases that ours leaves to it. */
  readonly stock: () => TensorInfo | TensorInfo[];
}

/** A kernel of the wasm engine that is registered, or replaces the engine's own, by name. */
export interface WasmKernel {
  readonly name: string;
  readonly run: (
    call: KernelCall<tf.NamedTensorInfoMap, tf.NamedAttrMap>,
  ) => TensorInfo | TensorInfo[];
}

/** Defines a kernel with the types of its inputs and attributes. */
export function defineKernel<I, A>(
  name: string,
  run: (call: KernelCall<I, A>) => TensorInfo | TensorInfo[],
): WasmKernel {
  return { name, run: run as unknown as WasmKernel["run"] };
}
