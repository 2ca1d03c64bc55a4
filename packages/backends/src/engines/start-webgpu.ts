import * as tf from "@tensorflow/tfjs";
import {
  isUnequalError,
  UnequalError,
  type EngineDescription,
  type EngineFacts,
} from "@unequal/core";
import { inNode } from "../node/in-node.js";
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

/** Starts webgpu, or takes it as it runs if it was started so. @throws BACKEND_UNAVAILABLE, OPTION_INVALID */
export async function startWebgpu(
  engine: EngineDescription,
  choice: AdapterChoice,
): Promise<EngineFacts> {
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
export async function findsGpu(engine: EngineDescription): Promise<boolean> {
  const running = runningWebgpu();
  if (running !== undefined) return factsOf(running).hardware === "gpu";
  try {
    const found = await findAdapter({ powerPreference: "high-performance" });
    return found !== undefined && !isSoftware(found.adapter.info);
  } catch (error) {
    throw isUnequalError(error) ? error : notStarted({ name: "webgpu", engine }, error);
  }
}

/** Sees to what the engine needs where the program itself started it. */
export function adoptWebgpu(): Partial<EngineFacts> {
  repair();
  watchDevice();
  const { device: _device, ...facts } = factsOf(tf.backend() as unknown as WebgpuEngine);
  return facts;
}
