import * as tf from "@tensorflow/tfjs";
import { UnequalError } from "@unequal/core";
import { inNode } from "../node/in-node.js";

/** What this file uses of a WebGPU device. */
interface Device {
  readonly addEventListener: (
    type: "uncapturederror",
    listener: (event: { readonly error: { readonly message: string } }) => void,
  ) => void;
  readonly lost: Promise<{ readonly reason?: string; readonly message: string }>;
}

/** What this file uses of the engine beyond its public types. */
export interface WatchedEngine {
  readonly device: Device;
  read: (dataId: object) => Promise<unknown>;
}

const ADVICE =
  "Try a smaller batch or presample, or `resident: false`, if memory ran out; otherwise choose another backend, and tell us of it.";
const MEMORY_ADVICE =
  "Its memory ran out: try a smaller batch or presample, or `resident: false`, which does not keep the examples on it.";

function failure(what: string, message: string, advice: string): UnequalError {
  const [line = ""] = message.split("\n");
  const again = inNode() ? "start a new process" : "reload the page";
  return new UnequalError(
    "ENGINE_FAILED",
    `The engine "webgpu" must compute without errors, but ${what}: ${line} What it computed since is not to be trusted, and it does not recover: ${again}. ${advice}`,
  );
}

const failures = new WeakMap<object, () => UnequalError | undefined>();

/** Makes the engine's reads fail once there is a failure. */
function guardReads(engine: WatchedEngine, failed: () => UnequalError | undefined): void {
  const read = engine.read.bind(engine);
  engine.read = async (dataId) => {
    try {
      const values = await read(dataId);
      if (failed() === undefined) return values;
    } catch (error) {
      if (failed() === undefined) throw error;
    }
    throw failed() as UnequalError;
  };
}

function watch(engine: WatchedEngine): () => UnequalError | undefined {
  let failed: UnequalError | undefined;
  engine.device.addEventListener("uncapturederror", ({ error }) => {
    const advice = error.constructor.name === "GPUOutOfMemoryError" ? MEMORY_ADVICE : ADVICE;
    failed ??= failure("the device reported an error", error.message, advice);
  });
  void engine.device.lost.then(({ message }) => {
    failed ??= failure("the device was lost", message, ADVICE);
  });
  guardReads(engine, () => failed);
  return () => failed;
}

/**
 * Makes errors of the (active) engine's WebGPU device known: WebGPU itself goes on, with wrong numbers. Whoever reads a tensor after
 * an error, or after the device was lost, gets ENGINE_FAILED, and so does whoever starts the engine again.
 * @throws ENGINE_FAILED
 */
export function watchDevice(
  engine: WatchedEngine = tf.backend() as unknown as WatchedEngine,
): void {
  const failed = failures.get(engine) ?? watch(engine);
  failures.set(engine, failed);
  const known = failed();
  if (known !== undefined) throw known;
}
