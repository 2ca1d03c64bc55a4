import * as tf from "@tensorflow/tfjs";
import type { LearnerFacts } from "@unequal/core";

/** What this file uses of webgpu beyond its public types. */
interface Engine {
  readonly device?: { readonly limits: { readonly maxStorageBufferBindingSize: number } };
}

/** The model, its gradients and other programs want memory too. */
const ROOM = 2 ** 30;

/**
 * Tells what a trainer should know of the active engine: whether it computes alongside the host, and how many bytes of
 * examples are worth keeping on it. On cpu and wasm that would be a copy in the same memory for little or nothing.
 */
export function engineTraits(): Pick<LearnerFacts, "asynchronous" | "residentBytes"> {
  const { device } = tf.backend() as unknown as Engine;
  if (device === undefined)
    return { asynchronous: false, residentBytes: tf.getBackend() === "tensorflow" ? ROOM : 0 };
  const residentBytes = Math.min(ROOM, device.limits.maxStorageBufferBindingSize);
  return { asynchronous: true, residentBytes };
}
