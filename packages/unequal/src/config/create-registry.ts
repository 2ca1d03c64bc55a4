import { backendsPlugin } from "@unequal/backends";
import { Registry, schedulersPlugin } from "@unequal/core";
import { datasetsPlugin } from "@unequal/datasets";
import { samplersPlugin } from "@unequal/samplers";
import { reportersPlugin } from "../reporters/reporters-plugin.js";
import { loadPlugins } from "./load-plugins.js";
import type { UnequalConfig } from "../options/command-options.js";

/**
 * Registers the first-party parts and those of the plugins that a configuration lists, resolved from the file `from`.
 * @throws PLUGIN_INVALID, API_VERSION_MISMATCH, DUPLICATE_PART
 */
export async function createRegistry(config: UnequalConfig, from: string): Promise<Registry> {
  const plugins = await loadPlugins(config.plugins ?? [], from);
  return new Registry([
    backendsPlugin,
    datasetsPlugin,
    reportersPlugin,
    samplersPlugin,
    schedulersPlugin,
    ...plugins,
  ]);
}
