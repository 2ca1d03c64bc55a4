import * as tf from "@tensorflow/tfjs";
import { WasmTrainingError } from "../engine/wasm-training-error.js";
import type { TensorInfo } from "../engine/tensor-info.js";
import type { WasmEngine } from "../engine/wasm-engine.js";

const ACTIVATIONS: Readonly<Record<string, string>> = {
  relu: tf.Relu,
  relu6: tf.Relu6,
  sigmoid: tf.Sigmoid,
  elu: tf.Elu,
  leakyrelu: tf.LeakyRelu,
  prelu: tf.Prelu,
};

/** What a fused kernel does after its product. */
export interface FusedTail {
  readonly bias: TensorInfo | undefined;
  readonly activation: string;
  /** Slope of leakyrelu. */
  readonly alpha: number | undefined;
  /** Slopes of prelu. */
  readonly slopes: TensorInfo | undefined;
}

/** Adds the bias to x and applies the activation, both broadcast; x is freed. */
export function fusedTail(engine: WasmEngine, x: TensorInfo, tail: FusedTail): TensorInfo {
  const { bias, activation, alpha, slopes } = tail;
  const next = (from: TensorInfo, make: () => TensorInfo): TensorInfo => {
    try {
      return make();
    } finally {
      engine.dispose(from);
    }
  };
  const sum = bias === undefined ? x : next(x, () => engine.run(tf.Add, { a: x, b: bias }));
  if (activation === "linear") return sum;
  const inputs = slopes === undefined ? { x: sum } : { x: sum, alpha: slopes };
  return next(sum, () => engine.run(kernelOf(activation), inputs, { alpha }));
}

function kernelOf(activation: string): string {
  const kernel = ACTIVATIONS[activation];
  if (kernel !== undefined) return kernel;
  throw new WasmTrainingError(
    "KERNEL_MISSING",
    `The wasm engine fuses ${Object.keys(ACTIVATIONS).join(", ")}, but not ${activation}. Apply it after the operation.`,
  );
}
