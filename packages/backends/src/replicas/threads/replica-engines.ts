import * as tf from "@tensorflow/tfjs";
import { UnequalError } from "@unequal/core";

/** An engine that a thread can have one of its own of. */
export type ReplicaEngine = "cpu" | "wasm";

/**
 * The engine that scores for each that trains, by the names that TensorFlow.js knows them by. Two threads on one
 * TensorFlow race for what its binding keeps for the process, and crash now and then: wasm scores for it.
 */
const ENGINES: Readonly<Record<string, ReplicaEngine>> = {
  cpu: "cpu",
  wasm: "wasm",
  tensorflow: "wasm",
};

/**
 * Names the engine that a replica of a model on the active one computes on.
 * @throws SCORING_UNAVAILABLE
 */
export function replicaEngine(): ReplicaEngine {
  const active = tf.getBackend();
  const { isGPUPackage = false } = tf.backend() as unknown as { readonly isGPUPackage?: boolean };
  const engine = ENGINES[active];
  if (engine !== undefined && !isGPUPackage) return engine;
  throw new UnequalError(
    "SCORING_UNAVAILABLE",
    `A replica of the model needs an engine next to which a thread can compute (${Object.keys(ENGINES).join(", ")}), but the model runs on "${isGPUPackage ? "tensorflow-gpu" : active}". Score inline, or choose another backend.`,
  );
}
