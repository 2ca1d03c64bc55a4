import { existsSync, realpathSync } from "node:fs";
import path from "node:path";
import type { PythonTensorFlow } from "../python/ask-python.js";
import type { EnginePackage } from "./engine-package.js";
import { findProgram } from "../programs/find-program.js";
import type { Platform } from "../python/platform.js";
import { lastLines } from "../text/last-lines.js";
import { runProgram, type ProgramOptions } from "../programs/run-program.js";
import { setupFailed } from "../setup-error.js";

/** What a linker's flag can carry through make. */
const PLAIN_PATH = /^[\w/.+@-]+$/;
const SHOWN = 8;

/** The folder that holds node's own headers next to its program; without it node-gyp downloads them. */
function nodeFolder(): string | undefined {
  const folder = path.dirname(path.dirname(realpathSync(process.execPath)));
  return existsSync(path.join(folder, "include", "node", "node_api.h")) ? folder : undefined;
}

/** The node-gyp that npm brings along. */
function nodeGyp(): string | undefined {
  const npm = findProgram("npm");
  if (npm === undefined) return undefined;
  const root = path.dirname(path.dirname(realpathSync(npm)));
  const file = path.join(root, "node_modules", "node-gyp", "bin", "node-gyp.js");
  return existsSync(file) ? file : undefined;
}

/**
 * Has the loader take the libraries from where Python keeps them, before their links: from a link, those of CUDA that
 * lie relative to them would not be found.
 */
function linkerFlags({ lib }: PythonTensorFlow, { runPaths }: Platform): string {
  const all = PLAIN_PATH.test(lib) ? [lib, ...runPaths] : runPaths;
  const flags = all.map((folder) => `-Wl,-rpath,${folder}`);
  return [...flags, process.env["LDFLAGS"] ?? ""].join(" ").trim();
}

function environmentOf(tensorflow: PythonTensorFlow, platform: Platform): Record<string, string> {
  const { npm_config_nodedir: nodedir = nodeFolder(), npm_config_node_gyp: gyp = nodeGyp() } =
    process.env;
  return {
    LDFLAGS: linkerFlags(tensorflow, platform),
    JOBS: process.env["JOBS"] ?? "max",
    NODE_GYP_FORCE_PYTHON: tensorflow.python,
    ...(nodedir === undefined ? {} : { npm_config_nodedir: nodedir }),
    ...(gyp === undefined ? {} : { npm_config_node_gyp: gyp }),
  };
}

/** Compiles the binding of a staged package. @throws SetupError with the last lines of the compiler */
export async function buildBinding(
  { name, builder }: EnginePackage,
  { tensorflow, platform }: { readonly tensorflow: PythonTensorFlow; readonly platform: Platform },
  options: ProgramOptions,
): Promise<void> {
  const args = [builder, "install", "--build-from-source"];
  const environment = environmentOf(tensorflow, platform);
  const { code, stdout, stderr } = await runProgram(process.execPath, args, {
    ...options,
    environment,
  });
  if (code === 0) return;
  const faults = lastLines(stderr, Infinity).filter((line) => !/^(gyp|node-pre-gyp)\b/.test(line));
  const lines = faults.length > 0 ? faults : lastLines(`${stdout}\n${stderr}`, Infinity);
  setupFailed(
    `The binding of ${name} must compile, but its build ended with code ${code}; nothing was changed. Its last lines: ${lines.slice(-SHOWN).join(" | ")}. Repair what they name, then run this again.`,
  );
}
