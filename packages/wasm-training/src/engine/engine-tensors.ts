import * as tf from "@tensorflow/tfjs";
import { inputInvalid } from "./check-inputs.js";
import { outOfMemory, type EngineInternals } from "./engine-internals.js";
import type { TensorInfo } from "./tensor-info.js";

/** Tensors, by the engine's own means. */
export interface EngineTensors {
  /** Whether the tensor's data is there, on this engine or on one that it can be fetched from. */
  readonly isAlive: (tensor: TensorInfo) => boolean;
  /** Makes a tensor that the caller fills. */
  readonly output: (shape: readonly number[], dtype?: "float32" | "int32") => TensorInfo;
  /** Makes a scalar. */
  readonly number: (value: number) => TensorInfo;
  /** Runs another kernel of the engine. */
  readonly run: (name: string, inputs: tf.NamedTensorInfoMap, attrs?: object) => TensorInfo;
  /** Returns a tensor with the same data, which is freed with the last that shares it. */
  readonly share: (tensor: TensorInfo) => TensorInfo;
  /** Returns a tensor of float32 itself, to be written over, where nothing else shares its data; else another like it. */
  readonly reuse: (tensor: TensorInfo) => TensorInfo;
  readonly dispose: (tensor: TensorInfo) => void;
  /** Runs a kernel; where it throws, the tensors that it has made are freed. */
  readonly attempt: <T>(run: () => T) => T;
}

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

type Makers = Pick<EngineTensors, "number" | "output" | "share" | "reuse">;

function makersOf(backend: EngineInternals, { keep }: Made): Makers {
  const share: EngineTensors["share"] = ({ dataId, shape, dtype }) => {
    backend.incRef(dataId);
    return keep({ dataId, shape, dtype });
  };
  const output: EngineTensors["output"] = (shape, dtype = "float32") => {
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

/** What works on tensors by the engine's own means. */
export function engineTensors(backend: EngineInternals): EngineTensors {
  const made = trackMade();
  const dispose: EngineTensors["dispose"] = (tensor) => {
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
