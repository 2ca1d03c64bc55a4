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

/** An engine that a definition describes. */
interface KnownEngine {
  /** Of its backend. */
  readonly name: string;
  readonly engine: EngineDescription;
  readonly isActive: () => boolean;
}

/** The engines that are defined, and those that backends started, by the names that TensorFlow.js knows them by. */
const known: KnownEngine[] = [];
const started = new Map<string, EngineTraits>();

function traitsOf(
  backend: string,
  { replica, asynchronous = false, residentBytes = 0 }: EngineDescription,
  largestTensor: number,
): EngineTraits {
  return { backend, replica, asynchronous, residentBytes: Math.min(residentBytes, largestTensor) };
}

/** Keeps what a definition says of its engine, for programs that start it themselves. */
export function knowEngine(engine: KnownEngine): void {
  known.push(engine);
}

/** Keeps what is known of an engine that a backend has started, for the learners to come. */
export function noteEngine(
  backend: string,
  description: EngineDescription,
  { engine, largestTensor = Infinity }: EngineFacts,
): void {
  started.set(engine, traitsOf(backend, description, largestTensor));
}

/** What an engine on a device says of its largest tensor. */
function largestTensor(): number {
  const { device } = tf.backend() as unknown as {
    readonly device?: { readonly limits?: { readonly maxStorageBufferBindingSize?: number } };
  };
  return device?.limits?.maxStorageBufferBindingSize ?? Infinity;
}

/** Returns what is known of the active engine, whoever started it. */
export function engineTraits(): EngineTraits {
  const engine = tf.getBackend();
  const found = started.get(engine);
  if (found !== undefined) return found;
  const active = known.find(({ isActive }) => isActive());
  if (active === undefined) return { backend: engine, asynchronous: false, residentBytes: 0 };
  return traitsOf(active.name, active.engine, largestTensor());
}
