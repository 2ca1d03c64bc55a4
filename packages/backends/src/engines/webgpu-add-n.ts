import * as tf from "@tensorflow/tfjs";

/** A shader binds 8 buffers on every device; one is the sum. */
const TERMS = 7;

const REPAIRED = Symbol.for("unequal.add-n");

interface Disposer {
  readonly disposeData: (dataId: object) => void;
}

/**
 * Adds up many tensors on webgpu, seven at a time. The stock kernel binds them all at once, which beyond seven WebGPU
 * refuses: the sum is then whatever the memory held before, without an error.
 */
export function repairAddN(): void {
  const stock = tf.getKernel("AddN", "webgpu").kernelFunc;
  if (REPAIRED in stock) return;
  const addN: tf.KernelFunc = ({ inputs, backend, attrs }) => {
    const add = (terms: readonly tf.TensorInfo[]): tf.TensorInfo =>
      stock({ inputs: [...terms] as never, backend, attrs } as never) as tf.TensorInfo;
    const terms = [...(inputs as unknown as readonly tf.TensorInfo[])];
    let sum = add(terms.splice(0, TERMS));
    while (terms.length > 0) {
      const partial = sum;
      sum = add([partial, ...terms.splice(0, TERMS - 1)]);
      (backend as unknown as Disposer).disposeData(partial.dataId);
    }
    return sum;
  };
  tf.unregisterKernel("AddN", "webgpu");
  const kernelFunc = Object.assign(addN, { [REPAIRED]: true });
  tf.registerKernel({ kernelName: "AddN", backendName: "webgpu", kernelFunc });
}
