import * as tf from "@tensorflow/tfjs";

const REPAIRED = Symbol.for("unequal.transpose");

/** What this file uses of webgpu beyond its public types. */
interface Backend {
  readonly tensorMap: { readonly get: (dataId: object) => { readonly dtype: tf.DataType } };
  readonly makeTensorInfo: (shape: number[], dtype: tf.DataType, values: object) => tf.TensorInfo;
  readonly disposeData: (dataId: object) => void;
}

function run(kernel: string, inputs: tf.NamedTensorInfoMap, backend: Backend): tf.TensorInfo {
  const { kernelFunc } = tf.getKernel(kernel, "webgpu");
  return kernelFunc({ inputs, backend, attrs: {} }) as tf.TensorInfo;
}

/** Writes a tensor that was cast to float32 out as numbers of that type: a cast keeps the integers where they are. */
function asFloats(x: tf.TensorInfo, backend: Backend): tf.TensorInfo {
  const one = backend.makeTensorInfo([], "float32", Float32Array.of(1));
  const floats = run("Multiply", { a: x, b: one }, backend);
  backend.disposeData(one.dataId);
  return floats;
}

/**
 * Transposes on webgpu what was cast from integers or truth values, such as the mask of a recurrent layer. The stock
 * kernel takes the integers that the cast left for numbers of the type cast to, and its program is not even valid.
 */
export function repairTranspose(): void {
  const stock = tf.getKernel("Transpose", "webgpu").kernelFunc;
  if (REPAIRED in stock) return;
  const transpose: tf.KernelFunc = ({ inputs, backend: given, attrs }) => {
    const { x } = inputs as { readonly x: tf.TensorInfo };
    const backend: Backend = given as never;
    const whole = x.dtype !== "float32" || backend.tensorMap.get(x.dataId).dtype === "float32";
    if (whole) return stock({ inputs, backend: given, attrs } as never);
    const floats = asFloats(x, backend);
    const transposed = stock({ inputs: { x: floats }, backend: given, attrs } as never);
    backend.disposeData(floats.dataId);
    return transposed;
  };
  tf.unregisterKernel("Transpose", "webgpu");
  const kernelFunc = Object.assign(transpose, { [REPAIRED]: true });
  tf.registerKernel({ kernelName: "Transpose", backendName: "webgpu", kernelFunc });
}
