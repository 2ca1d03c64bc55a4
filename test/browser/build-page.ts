import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Plugin } from "vite";

const ROOT = fileURLToPath(new URL("../../examples/browser", import.meta.url));

/** Where a page was built, and what removes it. */
export interface BuiltPage {
  readonly folder: string;
  readonly remove: () => Promise<void>;
}

/** Builds examples/browser by its own configuration into a temporary folder, from the packages' sources. */
export async function buildPage(plugins: readonly Plugin[] = []): Promise<BuiltPage> {
  const folder = await mkdtemp(path.join(tmpdir(), "unequal-page-"));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    await build({
      configFile: path.join(ROOT, "vite.config.js"),
      logLevel: "error",
      resolve: { conditions: ["@unequal/source", "browser", "module", "import", "default"] },
      build: { outDir: folder, emptyOutDir: true },
      plugins: [...plugins],
    });
  } catch (error) {
    await remove();
    throw error;
  }
  return { folder, remove };
}
