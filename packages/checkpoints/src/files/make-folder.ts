import { existsSync, mkdirSync } from "node:fs";
import path from "node:path";

/** Makes a folder and those above it. Node's own `recursive` never returns where a pseudo file system refuses. */
export function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(path.dirname(folder));
  mkdirSync(folder);
}
