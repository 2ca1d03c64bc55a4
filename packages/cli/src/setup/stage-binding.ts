import { cpSync, mkdirSync, rmSync, symlinkSync } from "node:fs";
import path from "node:path";
import { messageOf } from "../message-of.js";
import type { PythonTensorFlow } from "./ask-python.js";
import type { EnginePackage } from "./engine-package.js";
import type { Platform } from "./platform.js";
import { setupFailed } from "./setup-failed.js";

/** Within the package, so that its dependencies are found from there and a rename moves what was built. */
const STAGE = ".unequal-setup";
const COPIED = ["package.json", "binding.gyp", "binding", "dist"];

/** A copy of a package beside which nothing is touched until its binding is built and checked. */
export interface Stage {
  readonly folder: string;
  readonly dispose: () => void;
}

function fill(stage: string, from: string, link: () => void): void {
  rmSync(stage, { recursive: true, force: true });
  mkdirSync(stage);
  for (const name of COPIED)
    cpSync(path.join(from, name), path.join(stage, name), { recursive: true });
  mkdirSync(path.join(stage, "deps"));
  mkdirSync(path.join(stage, "deps", "lib"));
  link();
}

/** Copies a package and links Python's TensorFlow into the copy. @throws SETUP_FAILED where the package cannot be written */
export function stageBinding(
  { folder: from }: EnginePackage,
  { include, lib }: PythonTensorFlow,
  { libraries }: Platform,
): Stage {
  const folder = path.join(from, STAGE);
  const dispose = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    fill(folder, from, () => {
      symlinkSync(include, path.join(folder, "deps", "include"));
      for (const [name, library] of Object.entries(libraries))
        symlinkSync(path.join(lib, library), path.join(folder, "deps", "lib", name));
    });
  } catch (error) {
    dispose();
    setupFailed(
      `The folder ${from} must be writable, but is not: ${messageOf(error)}. Install the package where you may write.`,
      error,
    );
  }
  return { folder, dispose };
}
