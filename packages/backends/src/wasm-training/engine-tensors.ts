import * as tf from "@tensorflow/tfjs";
import { inputInvalid } from "./check-inputs.js";
import { outOfMemory, type EngineInternals } from "./engine-internals.js";
import type { TensorInfo, WasmEngine } from "./wasm-engine.js";

/** Tensors that the kernel which runs now has made and not freed; kernels run others. */
interface Made {
  readonly keep: (tensor: TensorInfo) => TensorInfo;
  readonly forget: (tensor: TensorInfo) => void;
  readonly attempt: <T>(run: () => T, dispose: (tensor: TensorInfo) => void) => T;
}

function trackMade(): Made {
  let made: TensorInfo[] = [];
  return {
    keep: (tensor) => {
      made.push(tensor);
      return tensor;
    },
    forget: (tensor) => {
      made = made.filter((other) => other !== tensor);
    },
    attempt: (run, dispose) => {
      const outer = made;
      made = [];
      try {
        return run();
      } catch (error) {
        made.forEach(dispose);
        throw error;
      } finally {
        made = outer;
      }
    },
  };
}

function checkShape(shape: readonly number[]): void {
  if (shape.every((length) => Number.isInteger(length) && length >= 0)) return;
  throw inputInvalid(
    `The lengths of a result must be whole numbers, but its shape came to [${shape.join()}]`,
  );
}

type Makers = Pick<WasmEngine, "number" | "output" | "share" | "reuse">;

function makersOf(backend: EngineInternals, { keep }: Made): Makers {
  const share: WasmEngine["share"] = ({ dataId, shape, dtype }) => {
    backend.incRef(dataId);
    return keep({ dataId, shape, dtype });
  };
  const output: WasmEngine["output"] = (shape, dtype = "float32") => {
    checkShape(shape);
    const tensor = keep(backend.makeOutput(shape, dtype));
    const size = tf.util.sizeFromShape([...shape]);
    if (size === 0 || backend.getMemoryOffset(tensor.dataId) !== 0) return tensor;
    throw outOfMemory(4 * size);
  };
  return {
    ...{ share, output },
    reuse: (tensor) =>
      backend.refCount(tensor.dataId) === 1 ? share(tensor) : output(tensor.shape),
    number: (value) => {
      const dataId = backend.write(Float32Array.of(value), [], "float32");
      return keep({ dataId, shape: [], dtype: "float32" });
    },
  };
}

type Tensors = Makers & Pick<WasmEngine, "attempt" | "dispose" | "isAlive" | "run">;

/** What works on tensors by the engine's own means. */
export function engineTensors(backend: EngineInternals): Tensors {
  const made = trackMade();
  const dispose: WasmEngine["dispose"] = (tensor) => {
    made.forget(tensor);
    backend.disposeData(tensor.dataId);
  };
  return {
    ...makersOf(backend, made),
    dispose,
    attempt: (run) => made.attempt(run, dispose),
    isAlive: ({ dataId }) =>
      backend.refCount(dataId) > 0 || tf.engine().state.tensorInfo.has(dataId),
    run: (name, inputs, attrs = {}) => {
      const { kernelFunc } = tf.getKernel(name, "wasm") as { kernelFunc: tf.KernelFunc };
      const call = { inputs, backend, attrs } as unknown as Parameters<tf.KernelFunc>[0];
      return made.keep(kernelFunc(call) as TensorInfo);
    },
  };
}
