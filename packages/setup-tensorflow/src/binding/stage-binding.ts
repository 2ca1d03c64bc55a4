import { cpSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync } from "node:fs";
import path from "node:path";
import { messageOf } from "../text/message-of.js";
import type { PythonTensorFlow } from "../python/ask-python.js";
import type { EnginePackage } from "./engine-package.js";
import type { Platform } from "../python/platform.js";
import { removeStaleStages, stagePrefix } from "./stale-stages.js";
import { setupFailed } from "../setup-error.js";

const COPIED = ["package.json", "binding.gyp", "binding", "dist"];

/** A copy of a package next to which nothing is touched until its binding is built and checked. */
export interface Stage {
  readonly folder: string;
  readonly dispose: () => void;
}

function copySource(stage: string, from: string): void {
  for (const name of COPIED)
    cpSync(path.join(from, name), path.join(stage, name), { recursive: true });
}

function linkLibraries(
  stage: string,
  { include, lib }: PythonTensorFlow,
  { libraries }: Platform,
): void {
  mkdirSync(path.join(stage, "deps", "lib"), { recursive: true });
  symlinkSync(include, path.join(stage, "deps", "include"));
  for (const [name, library] of Object.entries(libraries))
    symlinkSync(path.join(lib, library), path.join(stage, "deps", "lib", name));
}

/** Within the package, so that its dependencies are found from there and a rename moves what was built. */
function makeFolder(from: string): string {
  try {
    return mkdtempSync(path.join(from, stagePrefix(process.pid)));
  } catch (error) {
    return setupFailed(
      `A folder to build in must be made within ${from}, but cannot: ${messageOf(error)}. Install the package where you may write and there is room.`,
      error,
    );
  }
}

/** Copies a package and links Python's TensorFlow into the copy. @throws SetupError saying what cannot be done */
export function stageBinding(
  { name, folder: from }: EnginePackage,
  tensorflow: PythonTensorFlow,
  platform: Platform,
): Stage {
  const folder = makeFolder(from);
  const dispose = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    removeStaleStages(from, statSync(folder).mtimeMs);
    copySource(folder, from);
    linkLibraries(folder, tensorflow, platform);
  } catch (error) {
    dispose();
    setupFailed(
      `The source of ${name} must be copied to ${folder}, but cannot: ${messageOf(error)}. Repair what that names, or run \`npm install --ignore-scripts ${name}\` again.`,
      error,
    );
  }
  return { folder, dispose };
}
