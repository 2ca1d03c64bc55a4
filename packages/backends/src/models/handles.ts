import * as tf from "@tensorflow/tfjs";
import { UnequalError, type Handle } from "@unequal/core";

const tensorsByHandle = new WeakMap<Handle, readonly tf.Tensor[]>();

/** Wraps tensors of the parameters' shapes; the handle owns them. */
export function createHandle(tensors: readonly tf.Tensor[]): Handle {
  const handle: Handle = {
    dispose: () => {
      if (tensorsByHandle.delete(handle)) tf.dispose([...tensors]);
    },
  };
  tensorsByHandle.set(handle, tensors);
  return handle;
}

/** Returns the tensors of a handle, borrowed. @throws DISPOSED */
export function handleTensors(handle: Handle): readonly tf.Tensor[] {
  const tensors = tensorsByHandle.get(handle);
  if (tensors !== undefined) return tensors;
  throw new UnequalError(
    "DISPOSED",
    "The handle is disposed or was not made by this learner. Ask the learner for a new one.",
  );
}

/** Computes Σ factor · handle, tensor by tensor. */
export function combineHandles(terms: readonly (readonly [number, Handle])[]): Handle {
  const count =
    terms.length === 0 ? 0 : handleTensors((terms[0] as readonly [number, Handle])[1]).length;
  const sums = tf.tidy(() =>
    Array.from({ length: count }, (_, at) =>
      tf.addN(
        terms.map(([factor, handle]) => tf.mul(handleTensors(handle)[at] as tf.Tensor, factor)),
      ),
    ),
  );
  return createHandle(sums);
}

/** Wraps a gradient by variable name as a handle in the variables' order; absent ones are zeros. */
export function gradientHandle(
  variables: readonly tf.Variable[],
  gradients: tf.NamedTensorMap,
): Handle {
  return createHandle(
    variables.map((variable) => gradients[variable.name] ?? tf.zerosLike(variable)),
  );
}
