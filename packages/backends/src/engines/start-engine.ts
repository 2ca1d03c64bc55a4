import * as tf from "@tensorflow/tfjs";
import { isUnequalError, UnequalError } from "@unequal/core";
import { inNode } from "./in-node.js";
import { missingPackage } from "./missing-package.js";
import { whichStart } from "./which-start.js";

/** What is said of an engine that does not start. */
export interface EnginePackage {
  /** Name of the backend. */
  readonly name: string;
  /** Name that TensorFlow.js knows the engine by. */
  readonly engine: string;
  /** Commands that install what is missing: each where the download of the one before fails. */
  readonly install: readonly string[];
  /** What else may help, a sentence. */
  readonly hint?: string;
}

/** What an engine needs to become the active one. */
export interface EngineStart extends EnginePackage {
  /** Imports the engine's package and prepares it. */
  readonly prepare: () => Promise<void>;
}

/** What tfjs-node says where its binding was neither downloaded nor built. */
const NO_BINDING = /native addon module \S* can not be found/;

function missingOf(cause: unknown, message: string): string | undefined {
  const missing = missingPackage(cause);
  if (missing !== undefined) return `${missing} is not installed`;
  return NO_BINDING.test(message) ? "its native binding is not installed" : undefined;
}

/** Says what is missing and how to install it, or what failed and who knows more. */
export function notStarted(wanted: EnginePackage, cause: unknown): UnequalError {
  const { name, install, hint } = wanted;
  const message = cause instanceof Error ? cause.message : "";
  const missing = missingOf(cause, message);
  const [line = ""] = message.split("\n");
  const reason = missing ?? line;
  const commands = install.map((command) => `\`${command}\``);
  const sentences = [
    `The engine "${name}" must start, but did not${reason === "" ? "" : `: ${reason}`}${reason.endsWith(".") ? "" : "."}`,
    ...(missing === undefined
      ? [
          ...(hint === undefined ? [] : [hint]),
          inNode()
            ? "`unequal doctor` shows what it lacks, and which other backends start here."
            : `Or choose another: ${whichStart()}`,
        ]
      : [
          `Install it with ${commands.join(", or, where its download fails, with ")}, or choose another backend: ${whichStart()}`,
        ]),
  ];
  return new UnequalError("BACKEND_UNAVAILABLE", sentences.join(" "), { cause });
}

/**
 * Makes an engine the active one.
 * @throws BACKEND_UNAVAILABLE saying what to install, or what failed
 */
export async function startEngine({ prepare, ...wanted }: EngineStart): Promise<void> {
  let cause: unknown;
  try {
    await prepare();
    if (await tf.setBackend(wanted.engine)) {
      await tf.ready();
      return;
    }
  } catch (error) {
    if (isUnequalError(error)) throw error;
    cause = error;
  }
  throw notStarted(wanted, cause);
}
