import { builtinModules } from "node:module";
import { fileURLToPath } from "node:url";
import { build, type Plugin } from "vite";
import { expect, test } from "vitest";

const COMMAND_LINE = ["commander", "jiti"];

/** Collects what a browser could not load, or its bundler not find, also behind a dynamic import. */
function collect(reached: Set<string>): Plugin {
  return {
    name: "collect",
    enforce: "pre",
    resolveId(id, importer) {
      const bare = id.replace(/^node:/, "");
      if (builtinModules.includes(bare) || COMMAND_LINE.includes(id))
        reached.add(`${id} from ${importer ?? "?"}`);
      return undefined;
    },
  };
}

test(
  "the entry of `unequal` reaches neither node's modules nor the command line's",
  { timeout: 120_000 },
  async () => {
    const reached = new Set<string>();
    const entry = fileURLToPath(new URL("index.ts", import.meta.url));
    const result = await build({
      configFile: false,
      logLevel: "silent",
      resolve: { conditions: ["@unequal/source", "browser", "module", "import"] },
      build: {
        write: false,
        minify: false,
        lib: { entry, formats: ["es"] },
        rollupOptions: { external: [/^@tensorflow\//] },
      },
      plugins: [collect(reached)],
    });
    const [{ output }] = result as unknown as [{ output: { code?: string }[] }];
    expect([...reached]).toEqual([]);
    expect(output.map(({ code }) => code ?? "").join("")).toContain("ImportanceTraining");
  },
);
