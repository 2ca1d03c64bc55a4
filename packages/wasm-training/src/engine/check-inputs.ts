import * as tf from "@tensorflow/tfjs";
import { WasmTrainingError } from "./wasm-training-error.js";
import { describeTensor } from "./simd-arguments.js";
import type { TensorInfo } from "./tensor-info.js";

/** The error of a kernel that is given what it cannot compute with. */
export function inputInvalid(what: string): WasmTrainingError {
  return new WasmTrainingError(
    "KERNEL_INPUT_INVALID",
    `${what}. Give the operation tensors whose shapes and types fit each other.`,
  );
}

/** Requires a tensor of a shape. @throws KERNEL_INPUT_INVALID */
export function expectShape(name: string, tensor: TensorInfo, shape: readonly number[]): void {
  if (tf.util.arraysEqual(tensor.shape, [...shape])) return;
  throw inputInvalid(`${name} must be [${shape.join()}], but is ${describeTensor(tensor)}`);
}

/** Requires tensors of so many axes; absent ones pass. @throws KERNEL_INPUT_INVALID */
export function expectRank(
  rank: number,
  tensors: Readonly<Record<string, TensorInfo | undefined>>,
): void {
  for (const [name, tensor] of Object.entries(tensors))
    if (tensor !== undefined && tensor.shape.length !== rank)
      throw inputInvalid(`${name} must have ${rank} axes, but is ${describeTensor(tensor)}`);
}

/** Requires tensors of float32, which stock kernels read all numbers as; absent ones pass. @throws KERNEL_INPUT_INVALID */
export function expectFloat(tensors: Readonly<Record<string, TensorInfo | undefined>>): void {
  for (const [name, tensor] of Object.entries(tensors))
    if (tensor !== undefined && tensor.dtype !== "float32")
      throw inputInvalid(`${name} must be of float32, but is ${describeTensor(tensor)}`);
}

/** Requires tensors of numbers or truths: what stock kernels do with strings may end the engine. @throws KERNEL_INPUT_INVALID */
export function expectNumbers(tensors: Readonly<Record<string, TensorInfo>>): void {
  for (const [name, tensor] of Object.entries(tensors))
    if (tensor.dtype === "string" || tensor.dtype === "complex64")
      throw inputInvalid(`${name} must be of numbers, but is ${describeTensor(tensor)}`);
}
