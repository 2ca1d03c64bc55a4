import { existsSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { isUnequalError, UnequalError } from "@unequal/core";
import { messageOf } from "../text/message-of.js";
import { checkConfig } from "../options/command-options.js";
import { duplicateKey } from "./duplicate-key.js";
import { importModule } from "./import-module.js";
import { orNever } from "./or-never.js";
import type { UnequalConfig } from "../options/command-options.js";

const NAMES = ["unequal.config.ts", "unequal.config.js", "unequal.config.json"];

/** A configuration and the file that it comes from; without one, plugins are resolved from the working directory. */
export interface LoadedConfig {
  /** What it extends, the first that extends nothing, and last itself. */
  readonly layers: readonly UnequalConfig[];
  readonly file: string | undefined;
  /** What that one extends itself. */
  readonly extended?: string | undefined;
}

const MODULES = [".ts", ".mts", ".cts", ".js", ".mjs", ".cjs"];
const EXAMPLE = "export default defineConfig({ … })";

function fail(file: string, what: string, cause?: unknown): never {
  throw new UnequalError("CONFIG_LOAD_FAILED", `The configuration ${file} ${what}`, { cause });
}

function checkFile(file: string): void {
  const found = statSync(file, { throwIfNoEntry: false });
  if (found === undefined) fail(file, "does not exist. Name a file that does.");
  if (!found.isFile())
    fail(file, "must be a file, but is not. Name the file itself, such as config.json in a run.");
  if ([...MODULES, ".json"].includes(path.extname(file))) return;
  fail(file, `must be a ${MODULES.join(", ")} or .json file, by its name. Rename it.`);
}

async function readJson(file: string): Promise<unknown> {
  // some editors begin a text with a byte-order mark
  const text = (await readFile(file, "utf8")).replace(/^\uFEFF/, "");
  const value: unknown = JSON.parse(text);
  const twice = duplicateKey(text);
  if (twice !== undefined) fail(file, `must have each key once, but has "${twice}" twice.`);
  return value;
}

/** Imports a module; a promise that it exports is waited for, too. */
async function importDefault(file: string): Promise<unknown> {
  return (await importModule(file, file))["default"];
}

async function exported(file: string): Promise<unknown> {
  if (path.extname(file) === ".json") return readJson(file);
  return orNever(importDefault(file), () => {
    const what = "waits for a promise that never settles. Repair what it awaits.";
    return new UnequalError("CONFIG_LOAD_FAILED", `The configuration ${file} ${what}`);
  });
}

async function valueOf(file: string): Promise<unknown> {
  try {
    checkFile(file);
    return await exported(file);
  } catch (error) {
    if (isUnequalError(error)) throw error;
    return fail(file, `could not be loaded: ${messageOf(error)}. Repair it.`, error);
  }
}

/** Says in words what a value is that is no configuration; undefined for what may be one. */
function misfit(value: unknown): string | undefined {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "function") return "a function";
  if (typeof value === "string") return `the text "${value}"`;
  if (typeof value !== "object") return `a ${typeof value}`;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) return undefined;
  return `one made by a class, ${(value as { constructor?: { name?: string } }).constructor?.name}`;
}

/** Checks that there is an object, whose keys are looked at later. */
function checkValue(file: string, value: unknown): void {
  const json = path.extname(file) === ".json";
  if (value === undefined) fail(file, `must have a default export: ${EXAMPLE}.`);
  const found = misfit(value);
  if (found === undefined) return;
  if (json) fail(file, `must hold an object, { "batchSize": 128, … }, but holds ${found}.`);
  const instead = found === "a function" ? "export default what it returns" : EXAMPLE;
  fail(file, `must export an object by default, but exports ${found}. Write: ${instead}.`);
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

/** A configuration, as one file alone has it. */
interface Layer {
  readonly file: string;
  readonly config: UnequalConfig;
}

async function loadChain(file: string, seen: readonly string[]): Promise<readonly Layer[]> {
  if (seen.includes(file)) fail(file, "extends itself. Remove the circle.");
  const value = await valueOf(file);
  checkValue(file, value);
  const { extends: base, ...config } = located(checkConfig(path.basename(file), value), file);
  if (base === undefined) return [{ file, config }];
  const lower = await loadChain(path.resolve(path.dirname(file), base), [...seen, file]);
  return [...lower, { file, config }];
}

/**
 * Loads a configuration file: the one named, else `unequal.config.ts`, `.js` or `.json` of the folder, else none.
 * @throws CONFIG_LOAD_FAILED, CONFIG_INVALID
 */
export async function loadConfig(folder: string, name?: string): Promise<LoadedConfig> {
  const candidates = name === undefined ? NAMES : [name];
  const paths = candidates.map((candidate) => path.resolve(folder, candidate));
  const file = name === undefined ? paths.find((candidate) => existsSync(candidate)) : paths[0];
  if (file === undefined) return { layers: [], file };
  const chain = await loadChain(file, []);
  return { layers: chain.map(({ config }) => config), file, extended: chain.at(-2)?.file };
}
