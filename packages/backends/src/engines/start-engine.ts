import * as tf from "@tensorflow/tfjs";
import { UnequalError } from "@unequal/core";
import { missingPackage } from "./missing-package.js";

/** What an engine needs to become the active one. */
export interface EngineStart {
  /** Name of the backend, for messages. */
  readonly name: string;
  /** Name that TensorFlow.js knows the engine by. */
  readonly engine: string;
  /** The command that installs what is missing. */
  readonly install: string;
  /** Imports the engine's package and prepares it. */
  readonly prepare: () => Promise<void>;
}

function reasonOf(cause: unknown): string {
  const missing = missingPackage(cause);
  if (missing !== undefined) return `: ${missing} is not installed`;
  const [line] = (cause instanceof Error ? cause.message : "").split("\n");
  return line === undefined || line === "" ? "" : `: ${line}`;
}

/**
 * Makes an engine the active one.
 * @throws BACKEND_UNAVAILABLE saying what to install
 */
export async function startEngine({ name, engine, install, prepare }: EngineStart): Promise<void> {
  let cause: unknown;
  try {
    await prepare();
    if (await tf.setBackend(engine)) {
      await tf.ready();
      return;
    }
  } catch (error) {
    if (error instanceof UnequalError) throw error;
    cause = error;
  }
  throw new UnequalError(
    "BACKEND_UNAVAILABLE",
    `The engine "${name}" must start, but did not${reasonOf(cause)}. Install it with \`${install}\`, or choose another backend: \`unequal doctor\` shows which start here.`,
    { cause },
  );
}
