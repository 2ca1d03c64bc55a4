import { WasmTrainingError } from "./wasm-training-error.js";
import type { TensorInfo } from "./tensor-info.js";

/** What we rely on of the engine's package beyond its public types. */
export interface EngineInternals {
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

/** The error of an engine whose memory is full. */
export function outOfMemory(bytes: number): WasmTrainingError {
  return new WasmTrainingError(
    "BACKEND_UNAVAILABLE",
    `The wasm engine needs ${bytes} bytes more, but its memory, of 4 GB at most, is full. Use smaller batches, or dispose tensors.`,
  );
}
