import * as tf from "@tensorflow/tfjs";
import { UnequalError } from "@unequal/core";
import { SIMD_BINARY } from "./simd-binary.js";

/** Functions of the module that ../../simd is compiled to; they take addresses, sizes and numbers. */
type SimdFunction =
  | "adam"
  | "batchNorm"
  | "batchNormGradient"
  | "convolutionFilterGradient"
  | "convolutionInputGradient"
  | "convolve"
  | "depthwiseFilterGradient"
  | "depthwiseInputGradient"
  | "gatherRows"
  | "gemm"
  | "gemmScratch"
  | "gruBackward"
  | "gruForward"
  | "lstmBackward"
  | "lstmForward"
  | "maxPoolGradient"
  | "momentum"
  | "packedBytes"
  | "repeatRows"
  | "rmsProp"
  | "segmentSum"
  | "sumMiddle";

/** What tensors are made of inside the engine. */
export type TensorInfo = tf.TensorInfo;

/** The wasm engine as kernels see it: its memory, and the functions of ours that work on it. */
export interface WasmEngine {
  /** Calls a function of ours; of tensors it gets the addresses, 0 for none. */
  readonly call: (
    name: SimdFunction,
    ...values: readonly (TensorInfo | number | undefined)[]
  ) => number;
  /** Address of memory that products pack their operands in. */
  readonly scratch: number;
  /** Writes sizes to where a function reads them; valid until the next call. */
  readonly sizes: (values: readonly number[]) => number;
  /** Address of a tensor's numbers. */
  readonly address: (tensor: TensorInfo) => number;
  /** Makes a tensor that the caller fills. */
  readonly output: (shape: readonly number[], dtype?: "float32" | "int32") => TensorInfo;
  /** Makes a scalar. */
  readonly number: (value: number) => TensorInfo;
  /** Lends memory of so many bytes each for the length of a call. */
  readonly lend: (bytes: readonly number[], use: (...addresses: number[]) => void) => void;
  /** Runs another kernel of the engine. */
  readonly run: (name: string, inputs: tf.NamedTensorInfoMap, attrs?: object) => TensorInfo;
  /** Copies so many bytes from one address to another. */
  readonly copy: (from: number, to: number, bytes: number) => void;
  /** Returns a tensor with the same data, which is freed with the last that shares it. */
  readonly share: (tensor: TensorInfo) => TensorInfo;
  /** Returns a tensor of float32 itself, to be written over, where nothing else shares its data; else another like it. */
  readonly reuse: (tensor: TensorInfo) => TensorInfo;
  readonly dispose: (tensor: TensorInfo) => void;
}

/** What this file relies on of the engine's package beyond its public types. */
interface EngineInternals {
  readonly wasm: {
    readonly HEAPU8: Uint8Array;
    readonly asm?: { readonly memory?: object };
    readonly _malloc: (bytes: number) => number;
    readonly _free: (address: number) => void;
  };
  readonly getMemoryOffset: (id: object) => number;
  readonly makeOutput: (shape: readonly number[], dtype: string) => TensorInfo;
  readonly write: (values: Float32Array, shape: readonly number[], dtype: string) => object;
  readonly refCount: (id: object) => number;
  readonly incRef: (id: object) => void;
  readonly disposeData: (id: object) => void;
}

type Functions = Readonly<Record<SimdFunction, (...numbers: readonly number[]) => number>>;

/** `WebAssembly`, which neither the language's types nor Node's describe. */
interface Linker {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: Functions };
}

const SIZES_BYTES = 128;
const engines = new WeakMap<object, WasmEngine>();

function memoryOf({ wasm }: EngineInternals): object {
  const memory = wasm.asm?.memory;
  if (memory !== undefined) return memory;
  throw new UnequalError(
    "BACKEND_UNAVAILABLE",
    "The training kernels need the wasm engine without threads, but it was started with them. Import @unequal/backends/wasm-training before the engine starts.",
  );
}

function instantiate(memory: object): Functions {
  const bytes = Uint8Array.from(atob(SIMD_BINARY), (letter) => letter.charCodeAt(0));
  const { Module, Instance } = (globalThis as unknown as { WebAssembly: Linker }).WebAssembly;
  try {
    return new Instance(new Module(bytes), { env: { memory } }).exports;
  } catch (cause) {
    throw new UnequalError(
      "BACKEND_UNAVAILABLE",
      "The training kernels need WebAssembly with SIMD, and in Chrome's main thread version 114 or later, but this engine cannot run them. Use a current browser or Node.js, or the cpu engine.",
      { cause },
    );
  }
}

function outOfMemory(bytes: number): UnequalError {
  return new UnequalError(
    "BACKEND_UNAVAILABLE",
    `The wasm engine needs ${bytes} bytes more, but its memory, of 4 GB at most, is full. Use smaller batches, or dispose tensors.`,
  );
}

/** What works on tensors by the engine's own means. */
function tensorsOf(
  backend: EngineInternals,
): Pick<WasmEngine, "address" | "number" | "output" | "run" | "share" | "reuse" | "dispose"> {
  const share = ({ dataId, shape, dtype }: TensorInfo): TensorInfo => {
    backend.incRef(dataId);
    return { dataId, shape, dtype };
  };
  const output: WasmEngine["output"] = (shape, dtype = "float32") => {
    const made = backend.makeOutput(shape, dtype);
    const size = tf.util.sizeFromShape([...shape]);
    if (size === 0 || backend.getMemoryOffset(made.dataId) !== 0) return made;
    throw outOfMemory(4 * size);
  };
  return {
    share,
    output,
    reuse: (tensor) =>
      backend.refCount(tensor.dataId) === 1 ? share(tensor) : output(tensor.shape),
    address: ({ dataId }) => backend.getMemoryOffset(dataId),
    number: (value) => ({
      dataId: backend.write(Float32Array.of(value), [], "float32"),
      shape: [],
      dtype: "float32",
    }),
    run: (name, inputs, attrs = {}) => {
      const { kernelFunc } = tf.getKernel(name, "wasm") as { kernelFunc: tf.KernelFunc };
      const call = { inputs, backend, attrs } as unknown as Parameters<tf.KernelFunc>[0];
      return kernelFunc(call) as TensorInfo;
    },
    dispose: ({ dataId }) => {
      backend.disposeData(dataId);
    },
  };
}

function bindEngine(backend: EngineInternals): WasmEngine {
  const { wasm } = backend;
  const simd = instantiate(memoryOf(backend));
  const allocate = (bytes: number): number => {
    const address = wasm._malloc(bytes) >>> 0;
    if (address !== 0 || bytes === 0) return address;
    throw outOfMemory(bytes);
  };
  const scratch = allocate(simd.gemmScratch());
  const sizesAt = allocate(SIZES_BYTES);
  const tensors = tensorsOf(backend);
  return {
    ...tensors,
    scratch,
    call: (name, ...values) =>
      simd[name](
        ...values.map((value = 0) => (typeof value === "number" ? value : tensors.address(value))),
      ),
    copy: (from, to, bytes) => {
      wasm.HEAPU8.copyWithin(to, from, from + bytes);
    },
    sizes: (values) => {
      new Int32Array(wasm.HEAPU8.buffer, sizesAt, values.length).set(values);
      return sizesAt;
    },
    lend: (bytes, use) => {
      const addresses: number[] = [];
      try {
        for (const size of bytes) addresses.push(allocate(size));
        use(...addresses);
      } finally {
        for (const address of addresses) wasm._free(address);
      }
    },
  };
}

/**
 * Returns the engine behind a kernel's `backend`, with our functions linked to its memory once.
 *
 * @throws BACKEND_UNAVAILABLE if the engine runs in threads, which keep their memory to themselves
 */
export function wasmEngine(backend: unknown): WasmEngine {
  const known = engines.get(backend as object);
  if (known !== undefined) return known;
  const engine = bindEngine(backend as EngineInternals);
  engines.set(backend as object, engine);
  return engine;
}
