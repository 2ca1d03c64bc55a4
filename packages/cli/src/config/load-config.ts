import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { isUnequalError, UnequalError } from "@unequal/core";
import { messageOf } from "../message-of.js";
import { checkConfig } from "./config-schema.js";
import { importModule } from "./import-module.js";
import { mergeConfigs } from "./merge-configs.js";
import type { UnequalConfig } from "./unequal-config.js";

const NAMES = ["unequal.config.ts", "unequal.config.js", "unequal.config.json"];

/** A configuration and the file that it comes from; without one, plugins are resolved from the working directory. */
export interface LoadedConfig {
  readonly config: UnequalConfig;
  readonly file: string | undefined;
}

function fail(file: string, what: string, cause?: unknown): never {
  throw new UnequalError("CONFIG_LOAD_FAILED", `The configuration ${file} ${what}`, { cause });
}

async function exported(file: string): Promise<unknown> {
  try {
    if (path.extname(file) === ".json") return JSON.parse(await readFile(file, "utf8"));
    return (await importModule(file, file))["default"];
  } catch (error) {
    if (isUnequalError(error)) throw error;
    return fail(file, `could not be loaded: ${messageOf(error)}. Repair it.`, error);
  }
}

/** Makes paths to plugins absolute, so that it no longer matters which file named them. */
function located(config: UnequalConfig, file: string): UnequalConfig {
  const plugins = config.plugins?.map((plugin) =>
    typeof plugin === "string" && plugin.startsWith(".")
      ? path.resolve(path.dirname(file), plugin)
      : plugin,
  );
  return plugins === undefined ? config : { ...config, plugins };
}

async function loadChain(file: string, seen: readonly string[]): Promise<UnequalConfig> {
  if (!existsSync(file)) fail(file, "does not exist. Name a file that does.");
  if (seen.includes(file)) fail(file, "extends itself. Remove the circle.");
  const value = await exported(file);
  if (typeof value !== "object" || value === null)
    fail(file, "must have a default export: export default defineConfig({ … }).");
  const { extends: base, ...config } = located(checkConfig(path.basename(file), value), file);
  if (base === undefined) return config;
  const lower = await loadChain(path.resolve(path.dirname(file), base), [...seen, file]);
  return mergeConfigs(lower, config);
}

/**
 * Loads a configuration file: the one named, else `unequal.config.ts`, `.js` or `.json` of the folder, else none.
 * @throws CONFIG_LOAD_FAILED, CONFIG_INVALID
 */
export async function loadConfig(folder: string, name?: string): Promise<LoadedConfig> {
  const candidates = name === undefined ? NAMES : [name];
  const paths = candidates.map((candidate) => path.resolve(folder, candidate));
  const file = name === undefined ? paths.find((candidate) => existsSync(candidate)) : paths[0];
  if (file === undefined) return { config: {}, file };
  return { config: await loadChain(file, []), file };
}
