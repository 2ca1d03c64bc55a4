import * as tf from "@tensorflow/tfjs";
import { inputInvalid } from "./check-inputs.js";
import { outOfMemory, type EngineInternals } from "./engine-internals.js";
import { describeTensor, type AddressSpace, type Room } from "./simd-arguments.js";
import type { TensorInfo } from "./tensor-info.js";

/** Bytes of the longest list of sizes. */
const SIZES_BYTES = 128;

/** Where runs of a tensor's numbers begin: at `offset`, and then `step` apart. */
export interface Runs {
  readonly tensor: TensorInfo;
  readonly offset: number;
  readonly step: number;
}

/** How many runs there are, and how many numbers each has. */
export interface RunSize {
  readonly runs: number;
  readonly length: number;
}

/** The engine's memory: all that knows addresses. */
export interface EngineMemory {
  readonly space: AddressSpace;
  readonly copyRuns: (from: Runs, to: Runs, size: RunSize) => void;
  readonly lend: (bytes: readonly number[], use: (...rooms: Room[]) => void) => void;
}

function checkRuns({ tensor, offset, step }: Runs, { runs, length }: RunSize): void {
  const end = runs * length === 0 ? 0 : offset + (runs - 1) * step + length;
  const numbers = tensor.dtype === "float32" || tensor.dtype === "int32";
  const inside = offset >= 0 && end <= tf.util.sizeFromShape(tensor.shape);
  if (numbers && inside && [offset, step, runs, length].every(Number.isInteger)) return;
  throw inputInvalid(`A copy goes up to number ${end} of a tensor ${describeTensor(tensor)}`);
}

/** Takes from the engine's memory what all calls share: the scratch, and where sizes are written. */
export function engineMemory(backend: EngineInternals, scratchBytes: number): EngineMemory {
  const { wasm } = backend;
  const allocate = (bytes: number): Room => {
    const address = wasm._malloc(bytes) >>> 0;
    if (address !== 0 || bytes === 0) return { address, bytes };
    throw outOfMemory(bytes);
  };
  const scratch = allocate(scratchBytes);
  const sizesAt = allocate(SIZES_BYTES).address;
  const address = ({ dataId }: TensorInfo): number => backend.getMemoryOffset(dataId);
  return {
    space: {
      ...{ scratch, address },
      sizes: (values) => {
        new Int32Array(wasm.HEAPU8.buffer, sizesAt, values.length).set(values);
        return sizesAt;
      },
    },
    copyRuns: (from, to, size) => {
      checkRuns(from, size);
      checkRuns(to, size);
      const source = address(from.tensor) + 4 * from.offset;
      const target = address(to.tensor) + 4 * to.offset;
      for (let at = 0; at < size.runs; at++) {
        const start = source + 4 * at * from.step;
        wasm.HEAPU8.copyWithin(target + 4 * at * to.step, start, start + 4 * size.length);
      }
    },
    lend: (bytes, use) => {
      const rooms: Room[] = [];
      try {
        for (const size of bytes) rooms.push(allocate(size));
        use(...rooms);
      } finally {
        for (const room of rooms) wasm._free(room.address);
      }
    },
  };
}
