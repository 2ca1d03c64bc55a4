import * as tf from "@tensorflow/tfjs";
import {
  isUnequalError,
  UnequalError,
  type EngineDescription,
  type EngineFacts,
} from "@unequal/core";
import { z } from "zod";
import type { AdapterInfo } from "./adapter.js";
import { defineEngine } from "./define-engine.js";
import { findAdapter, type AdapterChoice } from "./find-adapter.js";
import {
  checkChoice,
  factsOf,
  isSoftware,
  rememberStart,
  runningWebgpu,
  type WebgpuEngine,
} from "./running-webgpu.js";
import { inNode } from "../node/in-node.js";
import { notStarted, startEngine } from "./start-engine.js";
import { watchDevice } from "./watch-device.js";
import { repairAddN } from "./webgpu-add-n.js";
import { repairTranspose } from "./webgpu-transpose.js";
import { whichStart } from "./which-start.js";

/** What was done for a start. */
interface Prepared {
  readonly info: AdapterInfo;
  readonly undo: () => void;
}

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

/** Where Linux may have Vulkan's loader. */
const LOADERS = [
  "/usr/lib/x86_64-linux-gnu",
  "/usr/lib/aarch64-linux-gnu",
  "/usr/lib64",
  "/usr/lib",
  "/usr/local/lib",
].map((folder) => `${folder}/libvulkan.so.1`);

const engine: EngineDescription = {
  packages: ["webgpu", "@tensorflow/tfjs-backend-webgpu"],
  advice: [
    {
      platform: "linux",
      unless: LOADERS,
      text: "The Vulkan loader is missing: `apt-get install libvulkan1`.",
    },
    {
      platform: "linux",
      text: "It needs a Vulkan driver: the GPU's own, or, for a device made of software, which is slow, `apt-get install mesa-vulkan-drivers`. If one is installed and finds no device that WebGPU can use, name another in VK_ICD_FILENAMES.",
    },
  ],
  auto: { gpu: 2 },
  asynchronous: true,
  // the model, its gradients and other programs want memory too
  residentBytes: 2 ** 30,
};

/** Loads the package, which may be missing: where an import is in a try, bundlers bear with that. */
async function loadEngine(): Promise<void> {
  try {
    await import("@tensorflow/tfjs-backend-webgpu");
  } catch (error) {
    throw error instanceof Error ? error : new Error(String(error));
  }
}

/** Gets a device and TensorFlow.js's engine for it; what this returns undoes that, if the engine does not start. */
async function prepare(choice: AdapterChoice): Promise<Prepared> {
  const found = await findAdapter(choice);
  if (found === undefined)
    throw new UnequalError(
      "BACKEND_UNAVAILABLE",
      `The engine "webgpu" must find a device, but there is none. ${inNode() ? "On Linux it needs a Vulkan driver (the GPU's own) and the loader (libvulkan1)." : "The browser needs a GPU that it may use, and hardware acceleration switched on."} Or choose another backend: ${whichStart()}`,
    );
  const undo = found.putInPlace();
  try {
    await loadEngine();
    tf.env().set("WEBGPU_USE_LOW_POWER_GPU", choice.powerPreference === "low-power");
  } catch (error) {
    undo();
    throw error;
  }
  return { info: found.adapter.info, undo };
}

function repair(): void {
  repairAddN();
  repairTranspose();
}

async function start(choice: AdapterChoice): Promise<EngineFacts> {
  let prepared: Prepared | undefined;
  try {
    await startEngine({
      ...{ name: "webgpu", tensorflowjs: "webgpu", engine },
      prepare: async () => {
        const running = runningWebgpu();
        if (running === undefined) prepared = await prepare(choice);
        else checkChoice(running, choice);
        repair();
      },
    });
  } catch (error) {
    prepared?.undo();
    throw error;
  }
  const running = tf.backend() as unknown as WebgpuEngine;
  if (prepared !== undefined) rememberStart(running, { ...choice, info: prepared.info });
  watchDevice();
  return factsOf(running);
}

/** Tells whether the engine runs, or would run, on a GPU and not on software that imitates one; changes nothing. */
async function findsGpu(): Promise<boolean> {
  const running = runningWebgpu();
  if (running !== undefined) return factsOf(running).hardware === "gpu";
  try {
    const found = await findAdapter({ powerPreference: "high-performance" });
    return found !== undefined && !isSoftware(found.adapter.info);
  } catch (error) {
    throw isUnequalError(error) ? error : notStarted({ name: "webgpu", engine }, error);
  }
}

/**
 * Runs on a GPU of any make through WebGPU: a browser's own, or in Node that of the npm package `webgpu` (Dawn, on
 * Vulkan, Metal or Direct3D 12).
 */
export const webgpu = defineEngine({
  name: "webgpu",
  summary: "A GPU of any make, through WebGPU: in browsers, and in Node by the package webgpu.",
  options,
  engine,
  start,
  findsGpu,
  adopt: () => {
    repair();
    watchDevice();
    const { device: _device, ...facts } = factsOf(tf.backend() as unknown as WebgpuEngine);
    return facts;
  },
});
