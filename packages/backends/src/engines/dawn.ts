import type { Gpu } from "./adapter.js";

/** The npm package `webgpu`: Dawn, the WebGPU of Chromium, for Node. */
interface Dawn {
  readonly create: (options: readonly string[]) => Gpu;
  readonly globals: object;
}

/** WebGPU of Node, which is nowhere in reach of the program until it is put in place. */
export interface NodeGpu {
  readonly gpu: Gpu;
  /** Puts it where programs for browsers look for it; what this returns takes it away again. */
  readonly putInPlace: () => () => void;
}

/** Gives an object properties; what this returns puts back what was there. */
function put(target: object, properties: object): () => void {
  const before = Object.keys(properties).map(
    (name) => [name, Object.getOwnPropertyDescriptor(target, name)] as const,
  );
  for (const [name, value] of Object.entries(properties))
    Object.defineProperty(target, name, { value, configurable: true, writable: true });
  return () => {
    for (const [name, old] of before)
      if (old === undefined) Reflect.deleteProperty(target, name);
      else Object.defineProperty(target, name, old);
  };
}

/** Imports Dawn, for the device of a name that contains `adapter`, or for any. */
export async function loadDawn(adapter: string | undefined): Promise<NodeGpu> {
  // not a literal: a bundler for browsers has no business with it
  const specifier: string = "webgpu";
  const dawn = (await import(/* @vite-ignore */ /* webpackIgnore: true */ specifier)) as Dawn;
  const gpu = dawn.create(adapter === undefined ? [] : [`adapter=${adapter}`]);
  return {
    gpu,
    putInPlace: () => {
      const { navigator } = globalThis as { navigator?: object };
      const undo = [
        put(globalThis, dawn.globals),
        navigator === undefined ? put(globalThis, { navigator: { gpu } }) : put(navigator, { gpu }),
      ];
      return () => undo.forEach((restore) => restore());
    },
  };
}
