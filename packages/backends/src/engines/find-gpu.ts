import { UnequalError } from "@unequal/core";

/** What this package uses of WebGPU. */
export interface Gpu {
  readonly requestAdapter: (options: {
    readonly powerPreference: "high-performance" | "low-power";
  }) => Promise<Adapter | null>;
}

/** A device that WebGPU could run on. */
export interface Adapter {
  readonly info: {
    readonly vendor?: string;
    readonly architecture?: string;
    readonly description?: string;
    readonly isFallbackAdapter?: boolean;
  };
  readonly limits: {
    readonly maxBufferSize: number;
    readonly maxStorageBufferBindingSize: number;
  };
}

/** The npm package `webgpu`: Dawn, the WebGPU of Chromium, for Node. */
interface Dawn {
  readonly create: (options: readonly string[]) => Gpu;
  readonly globals: object;
}

const scope = globalThis as {
  navigator?: { gpu?: Gpu };
  process?: { versions?: { node?: string } };
};

function inNode(): boolean {
  return scope.process?.versions?.node !== undefined;
}

/** Puts WebGPU where programs for browsers look for it. */
async function installDawn(adapter: string | undefined): Promise<Gpu> {
  // not a literal: a bundler for browsers has no business with it
  const specifier: string = "webgpu";
  const dawn = (await import(/* @vite-ignore */ /* webpackIgnore: true */ specifier)) as Dawn;
  Object.assign(globalThis, dawn.globals);
  const gpu = dawn.create(adapter === undefined ? [] : [`adapter=${adapter}`]);
  if (scope.navigator === undefined)
    Object.defineProperty(globalThis, "navigator", { value: {}, configurable: true });
  Object.defineProperty(scope.navigator, "gpu", { value: gpu, configurable: true });
  return gpu;
}

/**
 * Returns the WebGPU of a browser, or that of the npm package `webgpu` in Node, where `adapter` names the device.
 * @throws BACKEND_UNAVAILABLE, OPTION_INVALID
 */
export async function findGpu(adapter: string | undefined): Promise<Gpu> {
  const present = scope.navigator?.gpu;
  if (present === undefined && inNode()) return installDawn(adapter);
  if (present === undefined)
    throw new UnequalError(
      "BACKEND_UNAVAILABLE",
      'The engine "webgpu" needs a browser with WebGPU, on a page from https or localhost, but navigator.gpu is not there. Choose the backend "wasm".',
    );
  if (adapter !== undefined && !inNode())
    throw new UnequalError(
      "OPTION_INVALID",
      "The option adapter names a device in Node; in a browser the browser chooses. Leave it out, or use powerPreference.",
    );
  return present;
}
