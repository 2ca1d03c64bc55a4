import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { findPackage } from "../programs/find-package.js";
import { NATIVE_ENGINES, type NativeEngine } from "../native-engines.js";
import { setupFailed } from "../setup-error.js";

/** An installed package whose binding can be built. */
export interface EnginePackage {
  readonly name: string;
  readonly version: string;
  /** Absolute, without links. */
  readonly folder: string;
  /** The script of node-pre-gyp, which the package builds with. */
  readonly builder: string;
}

interface Manifest {
  readonly version: string;
  readonly bin?: string | Readonly<Record<string, string>>;
}

const manifestOf = (file: string): Manifest => JSON.parse(readFileSync(file, "utf8")) as Manifest;

function builderOf(manifest: string, name: string, install: string): string {
  const tool = findPackage("@mapbox/node-pre-gyp", manifest);
  if (tool === undefined)
    return setupFailed(
      `${name} must be installed with its dependencies, but @mapbox/node-pre-gyp is missing. Run \`${install}\` again.`,
    );
  const { bin } = manifestOf(tool);
  const file = typeof bin === "string" ? bin : (bin?.["node-pre-gyp"] ?? "bin/node-pre-gyp");
  return path.join(path.dirname(tool), file);
}

/** Finds the package of an engine, as the file that loads it does. @throws SetupError saying how to install it */
export function findEnginePackage(engine: NativeEngine, from: string): EnginePackage {
  const name = NATIVE_ENGINES[engine];
  const install = `npm install --ignore-scripts ${name}`;
  const manifest =
    findPackage(name, from) ??
    setupFailed(
      `The engine "${engine}" needs the package ${name}, which is not installed here. Run \`${install}\`, then this again.`,
    );
  const root = path.dirname(manifest);
  if (!existsSync(path.join(root, "binding.gyp")))
    setupFailed(
      `${name} must hold the source of its binding, but ${root} has no binding.gyp. Run \`${install}\` again.`,
    );
  const { version } = manifestOf(manifest);
  return { name, version, folder: root, builder: builderOf(manifest, name, install) };
}
