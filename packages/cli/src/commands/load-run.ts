import { existsSync } from "node:fs";
import path from "node:path";
import { UnequalError } from "@unequal/core";
import { loadConfig } from "../config/load-config.js";
import { resolveConfig, type RunConfig } from "../config/resolve-config.js";

/** Reads the configuration of a run from the folder that `unequal train --out` wrote. @throws OUTPUT_FAILED and every coded error of the configuration */
export async function loadRun(name: string, from: string): Promise<RunConfig> {
  const folder = path.resolve(from, name);
  const file = path.join(folder, "config.json");
  if (existsSync(file)) return resolveConfig(await loadConfig(folder, file), {}, from);
  throw new UnequalError(
    "OUTPUT_FAILED",
    `${name} must hold the config.json and model of a run, but does not. Name a folder that \`unequal train --out\` wrote.`,
  );
}
