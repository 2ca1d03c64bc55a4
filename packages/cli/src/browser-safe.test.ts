import { builtinModules } from "node:module";
import { fileURLToPath } from "node:url";
import { build, type Plugin } from "vite";
import { expect, test } from "vitest";

const COMMAND_LINE = ["commander", "jiti", "cli-progress"];

/** Collects what a browser could not load; data sets may load node modules when they are asked to read files. */
function collect(reached: Set<string>): Plugin {
  return {
    name: "collect",
    enforce: "pre",
    resolveId(id, importer) {
      const bare = id.replace(/^node:/, "");
      const lazy = importer?.endsWith("datasets/src/mnist.ts") === true;
      if (builtinModules.includes(bare) && !lazy) reached.add(`${id} from ${importer ?? "?"}`);
      if (COMMAND_LINE.includes(id)) reached.add(`${id} from ${importer ?? "?"}`);
      return lazy && builtinModules.includes(bare) ? { id, external: true } : undefined;
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
