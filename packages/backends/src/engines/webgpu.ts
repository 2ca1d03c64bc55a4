import * as tf from "@tensorflow/tfjs";
import { defineBackend, isUnequalError, UnequalError, type EngineFacts } from "@unequal/core";
import { z } from "zod";
import { createLearner } from "../create-learner.js";
import type { AdapterInfo } from "./adapter.js";
import { findAdapter, type AdapterChoice } from "./find-adapter.js";
import {
  checkChoice,
  factsOf,
  isSoftware,
  rememberStart,
  runningWebgpu,
  type WebgpuEngine,
} from "./running-webgpu.js";
import { inNode } from "./in-node.js";
import { notStarted, startEngine, type EnginePackage } from "./start-engine.js";
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

const PACKAGE: EnginePackage = {
  name: "webgpu",
  engine: "webgpu",
  install: ["npm install webgpu @tensorflow/tfjs-backend-webgpu"],
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

async function start(choice: AdapterChoice): Promise<EngineFacts> {
  let prepared: Prepared | undefined;
  try {
    await startEngine({
      ...PACKAGE,
      prepare: async () => {
        const running = runningWebgpu();
        if (running === undefined) prepared = await prepare(choice);
        else checkChoice(running, choice);
        repairAddN();
        repairTranspose();
      },
    });
  } catch (error) {
    prepared?.undo();
    throw error;
  }
  const engine = tf.backend() as unknown as WebgpuEngine;
  if (prepared !== undefined) rememberStart(engine, { ...choice, info: prepared.info });
  watchDevice();
  return factsOf(engine);
}

/** Tells whether the engine runs, or would run, on a GPU and not on software that imitates one; changes nothing. */
export async function findsGpu(): Promise<boolean> {
  const running = runningWebgpu();
  if (running !== undefined) return factsOf(running).hardware === "gpu";
  try {
    const found = await findAdapter({ powerPreference: "high-performance" });
    return found !== undefined && !isSoftware(found.adapter.info);
  } catch (error) {
    throw isUnequalError(error) ? error : notStarted(PACKAGE, error);
  }
}

/**
 * Runs on a GPU of any make through WebGPU: a browser's own, or in Node that of the npm package `webgpu` (Dawn, on
 * Vulkan, Metal or Direct3D 12).
 */
export const webgpu = defineBackend({
  name: "webgpu",
  summary: "A GPU of any make, through WebGPU: in browsers, and in Node by the package webgpu.",
  options,
  setup: (choice) => ({
    name: "webgpu",
    start: () => start(choice),
    learner: createLearner,
    // tensors of the user's program may live on, and Dawn lets the process end
  }),
});
