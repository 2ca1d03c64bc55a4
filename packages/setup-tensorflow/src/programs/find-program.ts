import { accessSync, constants } from "node:fs";
import path from "node:path";

/** Finds a program in the folders of PATH; one that is named by a path must be there. */
export function findProgram(name: string): string | undefined {
  const folders = name.includes("/") ? [""] : (process.env["PATH"] ?? "").split(path.delimiter);
  return folders.map((folder) => path.join(folder, name)).find(isProgram);
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
