import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Registry } from "@unequal/core";
import { expect, test } from "vitest";
import { loadPlugins } from "./load-plugins.js";

const SOURCE = `
import { definePlugin, defineSampler, selectEvery, stateless } from "@unequal/core";
const all = defineSampler({
  name: "all-rows",
  summary: "All.",
  setup: () => ({ ...stateless("all-rows"), select: selectEvery }),
});
export const plugin = definePlugin({ name: "plugin-all", apiVersion: 1, parts: [all] });
`;

test("a plugin listed by name and by file is loaded once", async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "unequal-plugins-"));
  try {
    const home = path.join(folder, "node_modules", "plugin-all");
    mkdirSync(home, { recursive: true });
    writeFileSync(
      path.join(home, "package.json"),
      JSON.stringify({ name: "plugin-all", type: "module", main: "index.js" }),
    );
    writeFileSync(path.join(home, "index.js"), SOURCE);
    const from = path.join(folder, "unequal.config.ts");
    const plugins = await loadPlugins(["plugin-all", "./node_modules/plugin-all/index.js"], from);
    expect(plugins.length).toBe(2);
    const entries = new Registry(plugins).entries();
    expect(entries.map(({ name, plugin }) => [name, plugin])).toEqual([["all-rows", "plugin-all"]]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
