import { readFileSync } from "node:fs";
import { findPackage } from "@unequal/setup-tensorflow/programs";
import { backendsManifest } from "./backends-manifest.js";

/** Returns the version of a package that is installed; null where it is not. */
export function installedVersion(name: string): string | null {
  const file = findPackage(name, backendsManifest());
  if (file === undefined) return null;
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}
