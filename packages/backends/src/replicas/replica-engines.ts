import * as tf from "@tensorflow/tfjs";
import { UnequalError } from "@unequal/core";

const ENGINES = ["cpu", "wasm", "tensorflow"] as const;

/** An engine that a thread can have one of its own of, by the name that TensorFlow.js knows it by. */
export type ReplicaEngine = (typeof ENGINES)[number];

/**
 * Names the active engine, if a thread can start one like it.
 * @throws SCORING_UNAVAILABLE
 */
export function replicaEngine(): ReplicaEngine {
  const active = tf.getBackend();
  const { isGPUPackage = false } = tf.backend() as unknown as { readonly isGPUPackage?: boolean };
  const engine = ENGINES.find((name) => name === active);
  if (engine !== undefined && !isGPUPackage) return engine;
  throw new UnequalError(
    "SCORING_UNAVAILABLE",
    `A replica of the model needs an engine that a thread can start anew (${ENGINES.join(", ")}), but the model runs on "${isGPUPackage ? "tensorflow-gpu" : active}". Score inline, or choose another backend.`,
  );
}
