import { UnequalError } from "@unequal/core";
import type { Adapter, Gpu } from "./adapter.js";
import { loadDawn, type NodeGpu } from "./dawn.js";
import { inNode } from "../node/in-node.js";

/** Which device is wanted. */
export interface AdapterChoice {
  readonly powerPreference: "high-performance" | "low-power";
  /** Name of the device, or a part of it; in Node. */
  readonly adapter?: string | undefined;
}

/** A device that was found, on a WebGPU that may have to be put in place. */
export interface FoundAdapter extends Pick<NodeGpu, "putInPlace"> {
  readonly adapter: Adapter;
}

/** Returns the WebGPU that the program has, or that of the npm package `webgpu` in Node. */
async function findGpu(adapter: string | undefined): Promise<NodeGpu> {
  const { navigator } = globalThis as { navigator?: { gpu?: Gpu } };
  const gpu = navigator?.gpu;
  if (gpu === undefined && inNode()) return loadDawn(adapter);
  if (adapter !== undefined)
    throw new UnequalError(
      "OPTION_INVALID",
      inNode()
        ? "The option adapter names a device of the npm package webgpu, but this program has put a WebGPU of its own in navigator.gpu, which chooses by itself. Leave the option out, or that WebGPU."
        : "The option adapter names a device in Node; in a browser the browser chooses. Leave it out, or use powerPreference.",
    );
  if (gpu === undefined)
    throw new UnequalError(
      "BACKEND_UNAVAILABLE",
      'The engine "webgpu" must find a device, but there is no navigator.gpu: it takes a browser with WebGPU, and a page from https or localhost. Choose the backend "wasm", or "auto".',
    );
  return { gpu, putInPlace: () => () => {} };
}

/** Dawn refuses a name that no device has, and lists those that there are in the lines after the first. */
function explain(error: unknown, { adapter }: AdapterChoice): unknown {
  const [, list] =
    /Available adapters:\s*([^]+)/.exec(error instanceof Error ? error.message : "") ?? [];
  if (adapter === undefined || list === undefined) return error;
  const devices = list.split("\n").map((line) => line.replace(/^[\s*]+/, "").trim());
  return new UnequalError(
    "OPTION_INVALID",
    `The option adapter of "webgpu" must be a part of a device's name, as it is spelt, but no device has "${adapter}" in its name. Available adapters: ${devices.filter((device) => device !== "").join("; ")}.`,
    { cause: error },
  );
}

/**
 * Finds a device, and changes nothing; undefined where there is none.
 * @throws BACKEND_UNAVAILABLE, OPTION_INVALID, and what the import of the npm package `webgpu` throws
 */
export async function findAdapter(choice: AdapterChoice): Promise<FoundAdapter | undefined> {
  const { powerPreference } = choice;
  const { gpu, putInPlace } = await findGpu(choice.adapter);
  const adapter = await gpu.requestAdapter({ powerPreference }).catch((error: unknown) => {
    throw explain(error, choice);
  });
  return adapter === null ? undefined : { adapter, putInPlace };
}
