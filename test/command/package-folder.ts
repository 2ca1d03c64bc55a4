import { existsSync, realpathSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

/** The folder of a package as a file finds it, without links and whatever its `exports` say. */
export function packageFolder(name: string, from: string): string | undefined {
  const folders = createRequire(from).resolve.paths(name) ?? [];
  const found = folders.map((folder) => path.join(folder, name)).find((each) => existsSync(each));
  return found === undefined ? undefined : realpathSync(found);
}
