import type * as tf from "@tensorflow/tfjs";

/** What of the wasm engine is not in its public types. */
interface Internals {
  readonly wasm: {
    readonly HEAPU8: Uint8Array;
    _malloc: (bytes: number) => number;
    _free: (address: number) => void;
  };
}

/** Memory that nobody may write to, in bytes on either side of every block. */
const MARGIN = 64;
const UNTOUCHED = 0xa5;
/** Every byte of new memory; as float32 it is not a number, so that what a kernel forgets to write shows. */
const UNWRITTEN = 0xff;

const guarded = new WeakMap<object, () => string[]>();

/**
 * Puts margins around all memory that the engine gives to tensors and kernels from now on, and returns a function
 * that lists the blocks whose margins were written to since it was last called.
 */
export function guardMemory(backend: tf.KernelBackend): () => string[] {
  const { wasm } = backend as unknown as Internals;
  const known = guarded.get(wasm);
  if (known !== undefined) return known;
  // either function replaces itself when it is called first
  wasm._free(wasm._malloc(1));
  const [malloc, free] = [wasm._malloc, wasm._free];
  const blocks = new Map<number, number>();
  let broken: string[] = [];
  const margins = (address: number, bytes: number): Uint8Array[] => [
    wasm.HEAPU8.subarray(address - MARGIN, address),
    wasm.HEAPU8.subarray(address + bytes, address + bytes + MARGIN),
  ];
  const check = (bytes: number, address: number): void => {
    margins(address, bytes).forEach((margin, side) => {
      if (margin.some((byte) => byte !== UNTOUCHED))
        broken.push(`${side === 0 ? "before" : "after"} a block of ${bytes} bytes`);
      margin.fill(UNTOUCHED);
    });
  };
  wasm._malloc = (bytes) => {
    const address = (malloc(bytes + 2 * MARGIN) >>> 0) + MARGIN;
    wasm.HEAPU8.fill(UNWRITTEN, address, address + bytes);
    for (const margin of margins(address, bytes)) margin.fill(UNTOUCHED);
    blocks.set(address, bytes);
    return address;
  };
  wasm._free = (address) => {
    const bytes = blocks.get(address);
    if (bytes === undefined) {
      free(address);
      return;
    }
    check(bytes, address);
    blocks.delete(address);
    free(address - MARGIN);
  };
  const report = (): string[] => {
    blocks.forEach(check);
    const found = broken;
    broken = [];
    return found;
  };
  guarded.set(wasm, report);
  return report;
}
