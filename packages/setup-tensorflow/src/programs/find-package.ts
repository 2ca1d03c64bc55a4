import { existsSync, realpathSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

/**
 * Returns the manifest of a package as a file finds it, without links and whatever its `exports` say; undefined where it
 * is not installed.
 */
export function findPackage(name: string, from: string): string | undefined {
  const folders = createRequire(from).resolve.paths(name) ?? [];
  const file = folders
    .map((folder) => path.join(folder, name, "package.json"))
    .find((each) => existsSync(each));
  return file === undefined ? undefined : realpathSync(file);
}
