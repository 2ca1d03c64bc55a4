import path from "node:path";
import { UnequalError } from "@unequal/core";
import {
  NATIVE_ENGINES,
  printSetup,
  SetupError,
  type NativeEngine,
} from "@unequal/setup-tensorflow";
import { findPackage } from "@unequal/setup-tensorflow/programs";
import { backendsManifest } from "../doctor/backends-manifest.js";
import type { Terminal } from "../text/terminal.js";

/** What `unequal setup` is asked for. */
export interface SetupRequest {
  readonly engine: NativeEngine;
  /** The Python whose TensorFlow is built against. */
  readonly python: string | undefined;
  readonly json: boolean;
}

/** Refuses a package that only the user's folder has: no engine loads it from there. */
function checkPlace(engine: NativeEngine, from: string, folder: string): void {
  const name = NATIVE_ENGINES[engine];
  const theirs = findPackage(name, path.join(folder, "package.json"));
  if (theirs === undefined || findPackage(name, from) !== undefined) return;
  throw new SetupError(
    `The engine "${engine}" loads ${name} from where ${path.dirname(from)} finds it, but it is installed only in ${path.dirname(theirs)}, which that does not find. Have both in one project: run \`npm install unequal\` in your own, then \`npx unequal setup ${engine}\`.`,
  );
}

/**
 * Builds the native binding of an engine against the TensorFlow of a Python, in the package that @unequal/backends loads.
 * @throws SETUP_FAILED
 */
export async function setup(
  { stdout, stderr, folder, interruption }: Terminal,
  { engine, python, json }: SetupRequest,
): Promise<void> {
  const from = backendsManifest();
  try {
    checkPlace(engine, from, folder);
    const request = { engine, python, folder, from, interruption };
    await printSetup(request, { stdout, stderr, json });
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    throw new UnequalError("SETUP_FAILED", error.message, { cause: error });
  }
}
