import * as tf from "@tensorflow/tfjs";
import type { LearnerFacts } from "@unequal/core";

/** What this file uses of the engines beyond their public types. */
interface Engine {
  readonly isUsingGpuDevice?: boolean;
  readonly device?: { readonly limits: { readonly maxStorageBufferBindingSize: number } };
}

/** Graphics memory is shared with the model, its gradients and other programs. */
const GPU_ROOM = 2 ** 30;

/** Tells what a trainer should know of the active engine: whether it computes beside the host, and in memory of its own. */
export function engineTraits(): Pick<LearnerFacts, "asynchronous" | "room"> {
  const { isUsingGpuDevice = false, device } = tf.backend() as unknown as Engine;
  if (device === undefined) return { asynchronous: false, room: isUsingGpuDevice ? GPU_ROOM : 0 };
  const room = Math.min(GPU_ROOM, device.limits.maxStorageBufferBindingSize);
  return { asynchronous: true, room };
}
