import * as tf from "@tensorflow/tfjs";
import {
  isUnequalError,
  UnequalError,
  type EngineAdvice,
  type EngineDescription,
} from "@unequal/core";
import { inNode } from "../node/in-node.js";
import { missingPackage } from "./missing-package.js";
import { whichStart } from "./which-start.js";

/** An engine by the name of its backend, with what that says of it. */
export interface NamedEngine {
  readonly name: string;
  readonly engine: EngineDescription;
}

/** What an engine needs to become the active one. */
export interface EngineStart extends NamedEngine {
  /** Name that TensorFlow.js knows it by. */
  readonly tensorflowjs: string;
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

/** What depends on the machine is for `unequal doctor`, which can look. */
function appliesEverywhere({ platform, unless }: EngineAdvice): boolean {
  return platform === undefined && unless === undefined;
}

/** Says what is missing and how to install it, or what failed and who knows more. */
export function notStarted({ name, engine }: NamedEngine, cause: unknown): UnequalError {
  const { packages = [], install = [`npm install ${packages.join(" ")}`], advice = [] } = engine;
  const message = cause instanceof Error ? cause.message : "";
  const missing = missingOf(cause, message);
  const [line = ""] = message.split("\n");
  const reason = missing ?? line;
  const commands = install.map((command) => `\`${command}\``);
  const sentences = [
    `The engine "${name}" must start, but did not${reason === "" ? "" : `: ${reason}`}${reason.endsWith(".") ? "" : "."}`,
    ...(missing === undefined
      ? [
          ...advice.filter(appliesEverywhere).map(({ text }) => text),
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
export async function startEngine({
  prepare,
  tensorflowjs,
  ...wanted
}: EngineStart): Promise<void> {
  let cause: unknown;
  try {
    await prepare();
    if (await tf.setBackend(tensorflowjs)) {
      await tf.ready();
      return;
    }
  } catch (error) {
    if (isUnequalError(error)) throw error;
    cause = error;
  }
  throw notStarted(wanted, cause);
}
