import * as tf from "@tensorflow/tfjs";
import { defineBackend, UnequalError, type EngineFacts } from "@unequal/core";
import { z } from "zod";
import { createLearner } from "../models/create-learner.js";
import { findGpu, type Adapter } from "./find-gpu.js";
import { startEngine } from "./start-engine.js";
import { watchDevice } from "./watch-device.js";
import { repairAddN } from "./webgpu-add-n.js";

const SOFTWARE = /swiftshader|llvmpipe|lavapipe|software|basic render/i;

const options = z.strictObject({
  powerPreference: z
    .enum(["high-performance", "low-power"])
    .default("high-performance")
    .describe("which GPU of several"),
  adapter: z
    .string()
    .min(1)
    .optional()
    .describe("name of the device, or a part of it, where several are there; in Node"),
});

type Options = z.infer<typeof options>;

async function findAdapter({ powerPreference, adapter: name }: Options): Promise<Adapter> {
  const gpu = await findGpu(name);
  const adapter = await gpu.requestAdapter({ powerPreference });
  if (adapter !== null) return adapter;
  throw new UnequalError(
    "BACKEND_UNAVAILABLE",
    'The engine "webgpu" must find a device, but there is none. In Node on Linux it needs a Vulkan driver (the GPU\'s own) and the loader (libvulkan1); in a browser, hardware acceleration. Or choose another backend: `unequal doctor` shows which start here.',
  );
}

/** Loads the package, which may be missing: where an import is in a try, bundlers bear with that. */
async function loadEngine(): Promise<void> {
  try {
    await import("@tensorflow/tfjs-backend-webgpu");
  } catch (error) {
    throw error instanceof Error ? error : new Error(String(error));
  }
}

function factsOf({ info, limits }: Adapter): EngineFacts {
  const { vendor = "", architecture = "", description = "" } = info;
  const names = [vendor, architecture, description].filter((name) => name !== "");
  const software = info.isFallbackAdapter === true || SOFTWARE.test(names.join(" "));
  return {
    engine: "webgpu",
    device: names.join(", ") || "unnamed device",
    hardware: software ? "cpu" : "gpu",
    largestTensor: Math.min(limits.maxBufferSize, limits.maxStorageBufferBindingSize),
    warnings: software
      ? [
          'The engine "webgpu" runs on a device made of software, which is slow: the backend "wasm" is faster here.',
        ]
      : [],
  };
}

/**
 * Runs on a GPU of any make through WebGPU: a browser's own, or in Node that of the npm package `webgpu` (Dawn, on
 * Vulkan, Metal or Direct3D 12).
 */
export const webgpu = defineBackend({
  name: "webgpu",
  summary: "A GPU of any make, through WebGPU: in browsers, and in Node by the package webgpu.",
  options,
  setup: (settings) => ({
    name: "webgpu",
    start: async () => {
      let adapter: Adapter | undefined;
      await startEngine({
        name: "webgpu",
        engine: "webgpu",
        install: "npm install webgpu @tensorflow/tfjs-backend-webgpu",
        prepare: async () => {
          adapter = await findAdapter(settings);
          await loadEngine();
          repairAddN();
          tf.env().set("WEBGPU_USE_LOW_POWER_GPU", settings.powerPreference === "low-power");
        },
      });
      watchDevice();
      return factsOf(adapter as Adapter);
    },
    learner: createLearner,
    // tensors of the user's program may live on, and Dawn lets the process end
    stop: () => Promise.resolve(),
  }),
});
