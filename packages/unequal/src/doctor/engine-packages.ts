import { readFileSync } from "node:fs";
import { NATIVE_ENGINES, type NativeEngine } from "@unequal/setup-tensorflow";
import { findPackage } from "@unequal/setup-tensorflow/programs";
import { backendsManifest } from "./backends-manifest.js";

/** What npm has to install for an engine. */
export interface EnginePackages {
  readonly packages: readonly string[];
  /** Commands that install them: either does. */
  readonly install: readonly string[];
  /** The command that fetches the native library where npm's scripts did not. */
  readonly setup?: string;
}

function native(engine: NativeEngine): EnginePackages {
  const name = NATIVE_ENGINES[engine];
  const setup = `npx unequal setup ${engine}`;
  return {
    packages: [name],
    install: [`npm install ${name}`, `npm install --ignore-scripts ${name} && ${setup}`],
    setup,
  };
}

function scripts(...packages: string[]): EnginePackages {
  return { packages, install: [`npm install ${packages.join(" ")}`] };
}

/** The packages of our own engines; those of plugins are their plugins' affair. */
export const ENGINE_PACKAGES: Readonly<Record<string, EnginePackages>> = {
  cpu: scripts("@tensorflow/tfjs"),
  wasm: scripts("@tensorflow/tfjs-backend-wasm"),
  tensorflow: native("tensorflow"),
  "tensorflow-gpu": native("tensorflow-gpu"),
  webgpu: scripts("webgpu", "@tensorflow/tfjs-backend-webgpu"),
};

/** Returns the version of a package that is installed; null where it is not. */
export function installedVersion(name: string): string | null {
  const file = findPackage(name, backendsManifest());
  if (file === undefined) return null;
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}
