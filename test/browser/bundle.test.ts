import { execFile } from "node:child_process";
import { readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { build } from "vite";
import { expect, test } from "vitest";
import { installBare } from "./bare-install.js";
import { buildPage } from "./build-page.js";

const UNEQUAL = fileURLToPath(new URL("../../packages/unequal/src/index.ts", import.meta.url));

test("the page builds where no optional package is installed", { timeout: 120_000 }, async () => {
  const bare = await installBare();
  try {
    const { folder, remove } = await buildPage(bare.page, { preserveSymlinks: true });
    const assets = path.join(folder, "assets");
    const scripts = (await readdir(assets)).filter((name) => name.endsWith(".js"));
    const texts = await Promise.all(
      scripts.map((name) => readFile(path.join(assets, name), "utf8")),
    );
    await remove();
    // what is left of the package is the error that `webgpu` explains
    expect(texts.join("")).toMatch(/Could not resolve ["']@tensorflow\/tfjs-backend-webgpu["']/);
    expect(texts.join("")).not.toContain("WebGPUBackend");
  } finally {
    await bare.remove();
  }
});

test(
  "a bundle of `unequal` loads: it runs modules in their order",
  { timeout: 120_000 },
  async () => {
    const bare = await installBare();
    try {
      const outDir = path.join(bare.page, "dist");
      await build({
        configFile: false,
        logLevel: "silent",
        resolve: { conditions: ["@unequal/source", "browser", "module", "import"] },
        build: {
          outDir,
          lib: { entry: UNEQUAL, formats: ["es"], fileName: () => "unequal.mjs" },
          rollupOptions: { external: [/^@tensorflow\//] },
        },
      });
      const { href } = pathToFileURL(path.join(outDir, "unequal.mjs"));
      const program = `import { createTrainer } from "${href}"; console.log(typeof createTrainer);`;
      const run = promisify(execFile);
      const { stdout } = await run(process.execPath, ["--input-type=module", "-e", program]);
      expect(stdout).toContain("function");
    } finally {
      await bare.remove();
    }
  },
);

/** A file of a bundle. */
interface Chunk {
  readonly fileName: string;
  readonly code?: string;
  readonly isEntry?: boolean;
  /** Files that are loaded with it. */
  readonly imports?: readonly string[];
}

/** Bundles a program, without TensorFlow.js. */
async function bundle(program: string, minify = false): Promise<readonly Chunk[]> {
  const bare = await installBare();
  try {
    const entry = path.join(bare.page, "program.js");
    await writeFile(entry, program);
    const built = await build({
      configFile: false,
      logLevel: "silent",
      resolve: { conditions: ["@unequal/source", "browser", "module", "import"] },
      build: {
        write: false,
        minify,
        rollupOptions: {
          input: entry,
          external: [/^@tensorflow\//],
        },
      },
    });
    return (built as { readonly output: readonly Chunk[] }).output;
  } finally {
    await bare.remove();
  }
}

/** The text of a bundled program. */
async function bundled(program: string): Promise<string> {
  return (await bundle(program)).map(({ code = "" }) => code).join("");
}

/** Counts the bytes that a page loads before it runs a bundled program, each file compressed by gzip. */
function firstLoad(chunks: readonly Chunk[]): number {
  const wanted = new Set(chunks.filter(({ isEntry }) => isEntry).map(({ fileName }) => fileName));
  for (const name of wanted)
    for (const other of chunks.find(({ fileName }) => fileName === name)?.imports ?? [])
      if (chunks.some(({ fileName }) => fileName === other)) wanted.add(other);
  const loaded = chunks.filter(({ fileName }) => wanted.has(fileName));
  return loaded.reduce((bytes, { code = "" }) => bytes + gzipSync(code).length, 0);
}

test("a page with the one-liner loads 100 kB at first, without TensorFlow.js, and the rest when it is wanted", async () => {
  const chunks = await bundle(
    'import { ImportanceTraining } from "unequal"; globalThis.trains = ImportanceTraining;',
    true,
  );
  expect(chunks.length).toBeGreaterThan(1);
  const bytes = firstLoad(chunks);
  expect(bytes).toBeGreaterThan(50_000);
  expect(bytes).toBeLessThanOrEqual(100_000);
});

test("a namespace of parts costs a bundle only what is used of it", async () => {
  const named = await bundled(
    'import { gates, weightings } from "unequal"; globalThis.parts = [gates.window, weightings.none];',
  );
  const direct = await bundled(
    'import { windowGate } from "@unequal/core"; import { none } from "@unequal/samplers"; globalThis.parts = [windowGate, none];',
  );
  expect(direct.length).toBeGreaterThan(1000);
  expect(Math.abs(named.length - direct.length)).toBeLessThan(direct.length / 100);
});
