import * as tf from "@tensorflow/tfjs";

/** One of the two packages that bind TensorFlow's own library to Node. */
export type NativePackage = "@tensorflow/tfjs-node" | "@tensorflow/tfjs-node-gpu";

/** What this package relies on of the engine beyond its public types. */
export interface RunningEngine {
  readonly isGPUPackage: boolean;
  readonly isUsingGpuDevice: boolean;
  readonly binding: { readonly TF_Version: string };
}

/** Returns TensorFlow's engine, active or not, if it runs. */
export function runningEngine(): RunningEngine | undefined {
  return tf.findBackend("tensorflow") as unknown as RunningEngine | undefined;
}

/** Tells which package it is of. */
export function packageOf({ isGPUPackage }: RunningEngine): NativePackage {
  return isGPUPackage ? "@tensorflow/tfjs-node-gpu" : "@tensorflow/tfjs-node";
}

/** Tells whether the active engine is that of a package. */
export function nativeActive(wanted: NativePackage): boolean {
  const running = tf.getBackend() === "tensorflow" ? runningEngine() : undefined;
  return running !== undefined && packageOf(running) === wanted;
}
