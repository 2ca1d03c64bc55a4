import { WasmTrainingError } from "./wasm-training-error.js";
import type { EngineInternals } from "./engine-internals.js";
import { engineMemory, type Runs, type RunSize } from "./engine-memory.js";
import { engineTensors, type EngineTensors } from "./engine-tensors.js";
import { simdCall, type Room, type SimdArgument, type SimdCall } from "./simd-arguments.js";
import { SIMD_BINARY } from "./simd-binary.js";
import type { SimdFunction } from "./simd-functions.js";

/**
 * The wasm engine as kernels see it: its memory, and the functions of ours that work on it. No kernel comes by an
 * address: what it gives to a function is compared first with what that goes through.
 */
export interface WasmEngine extends EngineTensors {
  /** Calls a function of ours, see {@link simdCall}; parts of tensors mean one call for each, and the largest result. @throws KERNEL_INPUT_INVALID before anything is written */
  readonly call: (name: SimdFunction, ...values: readonly SimdArgument[]) => number;
  /** Memory that products pack their operands in. */
  readonly scratch: Room;
  /** Lends memory of so many bytes each for the length of a call. */
  readonly lend: (bytes: readonly number[], use: (...rooms: Room[]) => void) => void;
  /** Copies runs of numbers of four bytes from one tensor to another. */
  readonly copyRuns: (from: Runs, to: Runs, size: RunSize) => void;
}

type Functions = Readonly<Record<SimdFunction, (...numbers: readonly number[]) => number>>;

/** `WebAssembly`, which neither the language's types nor Node's describe. */
interface Linker {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: Functions };
}

const engines = new WeakMap<object, WasmEngine>();

function memoryOf({ wasm }: EngineInternals): object {
  const memory = wasm.asm?.memory;
  if (memory !== undefined) return memory;
  throw new WasmTrainingError(
    "BACKEND_UNAVAILABLE",
    "The training kernels need the wasm engine without threads, but it was started with them. Call installWasmTraining() before the engine starts.",
  );
}

function instantiate(memory: object): Functions {
  const bytes = Uint8Array.from(atob(SIMD_BINARY), (letter) => letter.charCodeAt(0));
  const { Module, Instance } = (globalThis as unknown as { WebAssembly: Linker }).WebAssembly;
  try {
    return new Instance(new Module(bytes), { env: { memory } }).exports;
  } catch (cause) {
    throw new WasmTrainingError(
      "BACKEND_UNAVAILABLE",
      "The training kernels need WebAssembly with SIMD, and in Chrome's main thread version 114 or later, but this engine cannot run them. Use a current browser or Node.js, or the cpu engine.",
      { cause },
    );
  }
}

function callEach(run: Functions[SimdFunction], { numbers, parts }: SimdCall): number {
  const [first] = parts;
  if (first === undefined) return run(...numbers);
  const bases = parts.map(([at]) => numbers[at] as number);
  let largest = -Infinity;
  for (let part = 0; part < first[1].length; part++) {
    for (const [which, [at, offsets]] of parts.entries())
      numbers[at] = (bases[which] as number) + 4 * (offsets[part] as number);
    largest = Math.max(largest, run(...numbers));
  }
  return largest;
}

function bindEngine(backend: EngineInternals): WasmEngine {
  const simd = instantiate(memoryOf(backend));
  const { space, copyRuns, lend } = engineMemory(backend, simd.gemmScratch());
  return {
    ...engineTensors(backend),
    ...{ copyRuns, lend, scratch: space.scratch },
    call: (name, ...values) => callEach(simd[name], simdCall(space, name, values)),
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
