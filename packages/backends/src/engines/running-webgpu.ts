import * as tf from "@tensorflow/tfjs";
import { UnequalError, type EngineFacts } from "@unequal/core";
import type { AdapterInfo } from "./adapter.js";
import type { AdapterChoice } from "./find-adapter.js";
import { inNode } from "../node/in-node.js";

/** What this package uses of the webgpu engine beyond its public types. */
export interface WebgpuEngine {
  readonly device: {
    readonly adapterInfo?: AdapterInfo;
    readonly limits: {
      readonly maxBufferSize: number;
      readonly maxStorageBufferBindingSize: number;
    };
  };
}

/** What an engine was started with. */
interface Start extends AdapterChoice {
  readonly info: AdapterInfo;
}

const SOFTWARE = /swiftshader|llvmpipe|lavapipe|software|basic render/i;

const starts = new WeakMap<WebgpuEngine, Start>();

/** Returns the engine that was made, active or not; asking makes none. */
export function runningWebgpu(): WebgpuEngine | undefined {
  return tf.engine().registry["webgpu"] as unknown as WebgpuEngine | undefined;
}

/** Keeps what the running engine was started with. */
export function rememberStart(engine: WebgpuEngine, start: Start): void {
  starts.set(engine, start);
}

/**
 * Checks that the running engine is on the device that is wanted: it stays on its device while the process lasts.
 * @throws OPTION_INVALID
 */
export function checkChoice(engine: WebgpuEngine, wanted: AdapterChoice): void {
  const lowPower = tf.env().getBool("WEBGPU_USE_LOW_POWER_GPU");
  const running: AdapterChoice = starts.get(engine) ?? {
    powerPreference: lowPower ? "low-power" : "high-performance",
  };
  for (const option of ["adapter", "powerPreference"] as const) {
    if (running[option] === wanted[option]) continue;
    const [old, now] = [running[option] ?? "not given", wanted[option] ?? "not given"];
    throw new UnequalError(
      "OPTION_INVALID",
      `The engine "webgpu" runs already, with ${option} ${old}, and must be asked for with the same options, but ${option} is ${now}. ${inNode() ? "Start a new process" : "Reload the page"} for other options.`,
    );
  }
}

function namesOf({ vendor = "", architecture = "", description = "" }: AdapterInfo): string {
  return [vendor, architecture, description].filter((name) => name !== "").join(", ");
}

/** Tells whether a device only imitates a GPU. */
export function isSoftware(info: AdapterInfo): boolean {
  return info.isFallbackAdapter === true || SOFTWARE.test(namesOf(info));
}

/** States what the running engine computes on. */
export function factsOf(engine: WebgpuEngine): EngineFacts {
  const { limits, adapterInfo } = engine.device;
  const info = adapterInfo ?? starts.get(engine)?.info ?? {};
  const software = isSoftware(info);
  return {
    engine: "webgpu",
    device: namesOf(info) || "unnamed device",
    hardware: software ? "cpu" : "gpu",
    largestTensor: Math.min(limits.maxBufferSize, limits.maxStorageBufferBindingSize),
    warnings: software
      ? [
          'The engine "webgpu" runs on a device made of software, which is slow: the backend "wasm" is faster here.',
        ]
      : [],
  };
}
