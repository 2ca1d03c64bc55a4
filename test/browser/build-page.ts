import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { build } from "vite";

/** Where something was built, and what removes it. */
export interface Built {
  readonly folder: string;
  readonly remove: () => Promise<void>;
}

/**
 * Builds a page by the configuration in its folder, from the packages' sources, into a temporary folder. Links are not
 * followed where `preserveSymlinks` says so.
 */
export async function buildPage(page: string, { preserveSymlinks = false } = {}): Promise<Built> {
  const folder = await mkdtemp(path.join(tmpdir(), "unequal-page-"));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  const conditions = ["@unequal/source", "browser", "module", "import", "default"];
  try {
    await build({
      configFile: path.join(page, "vite.config.js"),
      logLevel: "silent",
      resolve: { conditions, preserveSymlinks },
      build: { outDir: folder, emptyOutDir: true },
    });
  } catch (error) {
    await remove();
    throw error;
  }
  return { folder, remove };
}
