import { totalmem } from "node:os";
import type { EngineFindings } from "./engine-findings.js";
import { installedVersion } from "./installed-version.js";
import type { RegisteredEngine } from "./load-engines.js";

/** All that `unequal doctor` says of one engine. */
export interface EngineReport extends Omit<EngineFindings, "during" | "done" | "engine"> {
  readonly name: string;
  /** The plugin that brought it. */
  readonly plugin: string;
  /** What TensorFlow.js calls it, once it has started. */
  readonly engine: string | null;
  /** Null: not installed. */
  readonly packages: Readonly<Record<string, string | null>>;
  readonly installed: boolean;
  /** Whether it starts and trains. */
  readonly works: boolean;
  /** Of the machine, in bytes, for engines on the CPU. */
  readonly memory: number | null;
  /** Of the whole check, with the start of its process. */
  readonly seconds: number;
}

/** The memory that this process may use: that of the machine, or of the container's limit. */
function memoryHere(): number {
  const limit = process.constrainedMemory();
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem();
}

/** Sums up what was found of an engine. */
export function engineReport(
  { name, plugin, engine: description }: RegisteredEngine,
  found: EngineFindings,
  seconds: number,
): EngineReport {
  const { done: _done, during: _during, engine = null, ...rest } = found;
  const needed = description.packages ?? [];
  const packages = Object.fromEntries(needed.map((each) => [each, installedVersion(each)]));
  const trained = name === "auto" || found.training?.works === true;
  return {
    name,
    plugin,
    engine,
    packages,
    installed: Object.values(packages).every((version) => version !== null),
    works: found.starts && trained && found.problem === undefined,
    memory: found.starts && found.hardware === "cpu" ? memoryHere() : null,
    ...rest,
    seconds,
  };
}
