import * as tf from "@tensorflow/tfjs";
import type { EngineDescription, EngineFacts } from "@unequal/core";

/** What learners go by of the engine that they are on. */
export interface EngineTraits {
  /** Name of its backend. */
  readonly backend: string;
  /** The backend on whose engine a replica computes. */
  readonly replica?: string | undefined;
  readonly asynchronous: boolean;
  /** Bytes of examples that are worth keeping on it. */
  readonly residentBytes: number;
}

/** The engines that backends started, by the names that TensorFlow.js knows them by. */
const started = new Map<string, EngineTraits>();

/** Keeps what is known of an engine that a backend has started, for the learners to come. */
export function noteEngine(
  backend: string,
  { replica, asynchronous = false, residentBytes = 0 }: EngineDescription,
  { engine, largestTensor = Infinity }: EngineFacts,
): void {
  started.set(engine, {
    ...{ backend, replica, asynchronous },
    residentBytes: Math.min(residentBytes, largestTensor),
  });
}

/** Returns what is known of the active engine: little, where no backend has started it. */
export function engineTraits(): EngineTraits {
  const engine = tf.getBackend();
  return started.get(engine) ?? { backend: engine, asynchronous: false, residentBytes: 0 };
}
