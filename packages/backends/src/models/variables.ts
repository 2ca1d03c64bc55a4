import * as tf from "@tensorflow/tfjs";

/** Gives variables the values of tensors. */
export function assignAll(variables: readonly tf.Variable[], tensors: readonly tf.Tensor[]): void {
  // assign shares the tensor's data instead of copying it, so the tensor may be disposed later
  variables.forEach((variable, at) => variable.assign(tensors[at] as tf.Tensor));
}

/** A tensor as plain data. */
export interface SavedTensor {
  readonly shape: number[];
  readonly values: Float32Array;
}

/** Copies a tensor. */
export async function saveTensor(tensor: tf.Tensor): Promise<SavedTensor> {
  return { shape: [...tensor.shape], values: ((await tensor.data()) as Float32Array).slice() };
}

/** Makes the tensor that was copied. */
export function loadTensor({ shape, values }: SavedTensor): tf.Tensor {
  return tf.tensor(values, shape);
}

/** Copies the values of tensors. */
export async function readAll(tensors: readonly tf.Tensor[]): Promise<Float32Array[]> {
  const values: Float32Array[] = [];
  for (const tensor of tensors) values.push((await saveTensor(tensor)).values);
  return values;
}

/** Makes tensors of the shapes of variables. */
export function writeAll(
  variables: readonly tf.Variable[],
  values: readonly Float32Array[],
): tf.Tensor[] {
  return variables.map((variable, at) => tf.tensor(values[at] ?? [], variable.shape));
}
