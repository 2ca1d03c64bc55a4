import * as tf from "@tensorflow/tfjs";
import { UnequalError } from "@unequal/core";

/** What this file uses of a WebGPU device. */
interface Device {
  readonly addEventListener: (
    type: "uncapturederror",
    listener: (event: { readonly error: { readonly message: string } }) => void,
  ) => void;
  readonly lost: Promise<{ readonly reason?: string; readonly message: string }>;
}

/** What this file uses of the engine beyond its public types. */
interface WebgpuEngine {
  readonly device: Device;
  read: (dataId: object) => Promise<unknown>;
}

function failure(what: string, message: string): UnequalError {
  const [line = ""] = message.split("\n");
  return new UnequalError(
    "ENGINE_FAILED",
    `The engine "webgpu" must compute without errors, but ${what}: ${line} What it computed since is not to be trusted. Try a smaller batch or presample if memory ran out; otherwise choose another backend, and tell us of it.`,
  );
}

const watched = new WeakSet<object>();

/**
 * Makes errors of the active WebGPU device known: WebGPU itself goes on, with wrong numbers. Whoever reads a tensor after
 * an error, or after the device was lost, gets ENGINE_FAILED.
 */
export function watchDevice(): void {
  const engine = tf.backend() as unknown as WebgpuEngine;
  if (watched.has(engine)) return;
  watched.add(engine);
  let failed: UnequalError | undefined;
  engine.device.addEventListener("uncapturederror", ({ error }) => {
    failed ??= failure("the device reported an error", error.message);
  });
  void engine.device.lost.then(({ message }) => {
    failed ??= failure("the device was lost", message);
  });
  const read = engine.read.bind(engine);
  engine.read = async (dataId) => {
    try {
      const values = await read(dataId);
      if (failed === undefined) return values;
    } catch (error) {
      if (failed === undefined) throw error;
    }
    throw failed;
  };
}
