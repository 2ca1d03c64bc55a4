import * as tf from "@tensorflow/tfjs";

/** What this file relies on of the wasm engine beyond its public types. */
interface WasmInternals {
  readonly dataIdMap?: { readonly has: (dataId: object) => boolean };
  readonly typedArrayFromHeap?: (tensor: tf.TensorInfo) => Float32Array | Int32Array | Uint8Array;
}

/**
 * Reads a tensor's values, lent until the engine computes again: on wasm they are looked at where they are, since the copy
 * that `dataSync` makes costs many times more than copying them on.
 */
export function borrowValues(tensor: tf.Tensor): ArrayLike<number> {
  const engine = tf.backend() as unknown as WasmInternals;
  if (engine.dataIdMap?.has(tensor.dataId) === true && engine.typedArrayFromHeap)
    return engine.typedArrayFromHeap(tensor);
  return tensor.dataSync();
}
