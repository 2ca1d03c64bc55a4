import path from "node:path";
import type { EngineDescription, Registry, Spec } from "@unequal/core";
import { createRegistry } from "../config/create-registry.js";
import { loadConfig } from "../config/load-config.js";
import { mergeAll } from "../config/merge-configs.js";
import type { UnequalConfig } from "../options/command-options.js";

/** Where engines are looked for, other than our own. */
export interface EnginesRequest {
  readonly config: string | undefined;
  readonly flags: Pick<UnequalConfig, "plugins">;
}

/** An engine, by the name of its backend. */
export interface RegisteredEngine {
  readonly name: string;
  /** The plugin that brought it. */
  readonly plugin: string;
  readonly engine: EngineDescription;
}

/** The engines that are registered, and how each is to be set up. */
export interface LoadedEngines {
  readonly registry: Registry;
  readonly engines: readonly RegisteredEngine[];
  /** The configuration's own backend, with its options, where it is the one that is named; else the bare name. */
  readonly specOf: (name: string) => Spec<"backend">;
}

/**
 * Loads the engines of a configuration, with those of its plugins.
 * @throws CONFIG_LOAD_FAILED, CONFIG_INVALID, PLUGIN_INVALID, API_VERSION_MISMATCH, DUPLICATE_PART
 */
export async function loadEngines(
  folder: string,
  { config: named, flags }: EnginesRequest,
): Promise<LoadedEngines> {
  const { layers, file } = await loadConfig(folder, named);
  const from = file ?? path.join(folder, "package.json");
  const registry = await createRegistry(mergeAll([...layers, flags]), from);
  const { backend } = mergeAll(layers);
  return {
    registry,
    engines: registry
      .entries()
      .filter(({ kind }) => kind === "backend")
      .map(({ name, plugin, factory }) => {
        const { engine = {} } = factory.definition;
        return { name, plugin, engine };
      }),
    specOf: (name) => (typeof backend === "object" && backend.name === name ? backend : name),
  };
}
