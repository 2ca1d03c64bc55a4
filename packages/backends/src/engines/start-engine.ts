import * as tf from "@tensorflow/tfjs";
import { UnequalError } from "@unequal/core";

/** What an engine needs to become the active one. */
export interface EngineStart {
  readonly engine: string;
  /** The command that installs what is missing. */
  readonly install: string;
  /** Imports the engine's package and prepares it. */
  readonly prepare: () => Promise<void>;
}

/**
 * Makes an engine the active one.
 * @throws BACKEND_UNAVAILABLE saying what to install
 */
export async function startEngine({ engine, install, prepare }: EngineStart): Promise<void> {
  let cause: unknown;
  try {
    await prepare();
    if (await tf.setBackend(engine)) {
      await tf.ready();
      return;
    }
  } catch (error) {
    cause = error;
  }
  const reason = cause instanceof Error ? `: ${cause.message}` : "";
  throw new UnequalError(
    "BACKEND_UNAVAILABLE",
    `The engine "${engine}" must start, but did not${reason}. Install it with \`${install}\`, or choose another backend.`,
    { cause },
  );
}
