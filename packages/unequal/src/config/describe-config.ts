import { isPart, type Kind, type Part, type Registry } from "@unequal/core";
import path from "node:path";
import type { LoadedConfig } from "./load-config.js";
import type { RunConfig } from "./resolve-config.js";

/** Stands for what JSON cannot hold: a part or plugin made in code. */
const IN_CODE = Symbol("made in code");

const PARTS = {
  backend: "backend",
  model: "model",
  dataset: "dataset",
  sampler: "sampler",
  scorer: "scorer",
  weighting: "weighting",
  estimator: "estimator",
  gate: "gate",
  scheduler: "scheduler",
  sizer: "sizer",
  optimizer: "optimizer",
} as const satisfies Partial<Record<keyof RunConfig, Kind>>;

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

function describeParts(config: RunConfig): Record<string, unknown> {
  const { registry, signals } = config;
  const parts = Object.entries(PARTS).map(([key]) => {
    const part = config[key as keyof typeof PARTS];
    return [key, part && describePart(part, registry)] as const;
  });
  const sources = signals.length > 0 ? { signals: describe(signals, registry) } : {};
  return { ...Object.fromEntries(parts), ...sources };
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
  const { budget, plugins } = config;
  const described = describeParts(config);
  const base =
    Object.values(described).includes(IN_CODE) || plugins.some((p) => typeof p !== "string")
      ? loaded.file
      : undefined;
  const written = Object.entries(described).filter(
    ([, value]) => value !== undefined && value !== IN_CODE,
  );
  const { batchSize, presample, resident, scoring } = config;
  const { learningRate, lrSchedule, weightDecay } = config;
  const { loss, mask, seed } = config;
  const names = plugins
    .filter((plugin) => typeof plugin === "string")
    .map((name) => (path.isAbsolute(name) ? relativeTo(folder, name) : name));
  return {
    ...(base !== undefined && { extends: relativeTo(folder, base) }),
    ...Object.fromEntries(written),
    ...(names.length > 0 && { plugins: names }),
    batchSize,
    presample,
    resident,
    scoring,
    ...(budget.epochs !== undefined && { epochs: budget.epochs }),
    ...(budget.updates !== undefined && { maxSteps: budget.updates }),
    ...(budget.seconds !== undefined && { maxTime: budget.seconds }),
    ...(learningRate !== undefined && { learningRate }),
    lrSchedule,
    weightDecay,
    loss,
    mask,
    seed,
  };
}
