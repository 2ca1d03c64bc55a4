import path from "node:path";
import { isPart, isPlugin, type Part, type Registry } from "@unequal/core";
import { commandOptions } from "../options/command-options.js";
import type { LoadedConfig } from "./load-config.js";
import type { RunConfig } from "./resolve-config.js";

/** Stands for what JSON cannot hold: a part or plugin made in code. */
const IN_CODE = Symbol("made in code");

function describePart(part: Part, registry: Registry): unknown {
  const entry = registry
    .entries()
    .find(({ kind, name }) => kind === part.kind && name === part.name);
  // A namesake made in code is another part, so names alone do not decide.
  if (entry?.factory.definition !== part.definition) return IN_CODE;
  const options = describe(part.given, registry);
  if (options === IN_CODE) return IN_CODE;
  return Object.keys(options as object).length === 0
    ? part.name
    : { name: part.name, ...(options as object) };
}

function describe(value: unknown, registry: Registry): unknown {
  if (isPart(value)) return describePart(value, registry);
  if (Array.isArray(value)) {
    const items = value.map((item) => describe(item, registry));
    return items.includes(IN_CODE) ? IN_CODE : items;
  }
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).map(
      ([key, item]) => [key, describe(item, registry)] as const,
    );
    const plain = Object.getPrototypeOf(value) === Object.prototype;
    return plain && entries.every(([, item]) => item !== IN_CODE)
      ? Object.fromEntries(entries)
      : IN_CODE;
  }
  const stored = typeof value === "number" ? Number.isFinite(value) : typeof value !== "function";
  return stored ? value : IN_CODE;
}

/** Keys that hold for the run that was started, or that the written file says by itself. */
const LEFT_OUT: ReadonlySet<string> = new Set(["extends", "out", "plugins", "costs"]);

function describeOptions(config: RunConfig): readonly (readonly [string, unknown])[] {
  const { budget, registry } = config;
  const limits = { epochs: budget.epochs, maxSteps: budget.updates, maxTime: budget.seconds };
  const values: Readonly<Record<string, unknown>> = { ...config, ...limits };
  return Object.keys(commandOptions.shape)
    .filter((key) => !LEFT_OUT.has(key) && values[key] !== undefined)
    .filter((key) => key !== "reporters" || config.reporters.length > 0)
    .map((key) => [key, describe(values[key], registry)] as const);
}

function relativeTo(folder: string, file: string): string {
  const relative = path.relative(folder, file).split(path.sep).join("/");
  return relative.startsWith(".") ? relative : `./${relative}`;
}

/**
 * Writes a resolved configuration as one that the command reads again, for `config.json` in `folder`. What was made
 * in code is left to the file that made it, named by `extends`.
 */
export function describeConfig(
  config: RunConfig,
  loaded: LoadedConfig,
  folder: string,
): Record<string, unknown> {
  const { plugins } = config.given;
  const described = describeOptions(config);
  const inCode = [...described.map(([, value]) => value), ...(plugins ?? [])];
  const base = inCode.some((value) => value === IN_CODE || isPlugin(value))
    ? loaded.file
    : undefined;
  const names = (plugins ?? [])
    .filter((plugin) => typeof plugin === "string")
    .map((name) => (path.isAbsolute(name) ? relativeTo(folder, name) : name));
  return {
    ...(base !== undefined && { extends: relativeTo(folder, base) }),
    ...Object.fromEntries(described.filter(([, value]) => value !== IN_CODE)),
    ...(names.length > 0 && { plugins: names }),
  };
}
