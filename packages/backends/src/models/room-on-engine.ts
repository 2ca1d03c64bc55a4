import * as tf from "@tensorflow/tfjs";

/** What this file uses of the engines beyond their public types. */
interface Engine {
  readonly isUsingGpuDevice?: boolean;
  readonly device?: { readonly limits: { readonly maxStorageBufferBindingSize: number } };
}

/** Graphics memory is shared with the model, its gradients and other programs. */
const GPU_ROOM = 2 ** 30;

/** Returns how many bytes of examples are worth keeping on the active engine: none where it computes in the host's memory. */
export function roomOnEngine(): number {
  const { isUsingGpuDevice = false, device } = tf.backend() as unknown as Engine;
  if (device !== undefined) return Math.min(GPU_ROOM, device.limits.maxStorageBufferBindingSize);
  return isUsingGpuDevice ? GPU_ROOM : 0;
}
