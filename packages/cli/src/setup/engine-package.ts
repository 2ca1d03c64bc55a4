import { existsSync, readFileSync, realpathSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { NATIVE_ENGINES, type NativeEngine } from "./native-engines.js";
import { setupFailed } from "./setup-failed.js";

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

function resolveFrom(name: string, places: readonly string[]): string | undefined {
  for (const place of places) {
    try {
      return realpathSync(createRequire(place).resolve(`${name}/package.json`));
    } catch {
      // the next place may have it
    }
  }
  return undefined;
}

/** The user's folder, then wherever the engines of @unequal/backends find their packages. */
function placesOf(folder: string): readonly string[] {
  const own = createRequire(import.meta.url).resolve("@unequal/backends/package.json");
  return [path.join(folder, "package.json"), own];
}

function builderOf(manifest: string, name: string, install: string): string {
  const tool = resolveFrom("@mapbox/node-pre-gyp", [manifest]);
  if (tool === undefined)
    return setupFailed(
      `${name} must be installed with its dependencies, but @mapbox/node-pre-gyp is missing. Run \`${install}\` again.`,
    );
  const { bin } = manifestOf(tool);
  const file = typeof bin === "string" ? bin : (bin?.["node-pre-gyp"] ?? "bin/node-pre-gyp");
  return path.join(path.dirname(tool), file);
}

/** Finds the package of an engine, from the user's folder first. @throws SETUP_FAILED saying how to install it */
export function findEnginePackage(engine: NativeEngine, folder: string): EnginePackage {
  const name = NATIVE_ENGINES[engine];
  const install = `npm install --ignore-scripts ${name}`;
  const manifest = resolveFrom(name, placesOf(folder));
  if (manifest === undefined)
    return setupFailed(
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
