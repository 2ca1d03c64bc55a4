import path from "node:path";
import { isPlugin, isUnequalError, UnequalError, type Plugin } from "@unequal/core";
import { importModule } from "./import-module.js";
import { messageOf } from "../text/message-of.js";
import { orNever } from "./or-never.js";

async function loadPlugin(name: string, from: string): Promise<Plugin> {
  let loaded: Readonly<Record<string, unknown>>;
  try {
    loaded = await orNever(importModule(name, from), () => {
      const what = "waits for a promise that never settles. Repair what it awaits.";
      return new UnequalError("PLUGIN_INVALID", `The plugin "${name}" ${what}`);
    });
  } catch (error) {
    if (isUnequalError(error)) throw error;
    const [reason] = messageOf(error).split(" Require stack");
    throw new UnequalError(
      "PLUGIN_INVALID",
      `The plugin "${name}" could not be loaded: ${reason}. Is it installed in ${path.dirname(from)}?`,
      { cause: error },
    );
  }
  const plugin = [loaded["default"], ...Object.values(loaded)].find(isPlugin);
  if (plugin !== undefined) return plugin;
  throw new UnequalError(
    "PLUGIN_INVALID",
    `"${name}" must export a plugin made by definePlugin, but exports ${Object.keys(loaded).join(", ") || "nothing"}.`,
  );
}

/**
 * Loads the plugins that a configuration lists: packages and files are resolved from `from`, a file of the user's.
 * @throws PLUGIN_INVALID
 */
export async function loadPlugins(
  plugins: readonly (string | Plugin)[],
  from: string,
): Promise<Plugin[]> {
  const loaded: Plugin[] = [];
  for (const plugin of plugins)
    loaded.push(typeof plugin === "string" ? await loadPlugin(plugin, from) : plugin);
  return loaded;
}
