import { accessSync, constants } from "node:fs";
import path from "node:path";

const NAMES = ["chromium", "chromium-browser", "google-chrome"];

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Finds Chromium: the program that UNEQUAL_CHROMIUM names, or one on the PATH; undefined where there is none. */
export function findChromium(): string | undefined {
  const named = process.env.UNEQUAL_CHROMIUM;
  if (named !== undefined) return isProgram(named) ? named : undefined;
  const folders = (process.env.PATH ?? "").split(path.delimiter).filter((folder) => folder !== "");
  return NAMES.flatMap((name) => folders.map((folder) => path.join(folder, name))).find(isProgram);
}

/** What has WebGPU run without a GPU, and Chromium in a container. */
export const CHROMIUM_FLAGS = [
  "--no-sandbox",
  "--enable-unsafe-webgpu",
  "--use-webgpu-adapter=swiftshader",
] as const;
