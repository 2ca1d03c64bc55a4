import type { WorkerOptions } from "node:worker_threads";
import { isUnequalError, UnequalError } from "@unequal/core";
import { builtIn } from "../copies/built-in.js";

const NAME = "@unequal/backends/replica-worker";

/** Options of Node that say how modules are found and loaded, which a thread must share. */
const MODULE_OPTION =
  /^(?:--import|--require|-r|--loader|--experimental-loader|--conditions|-C)(?:=|$)/;

/** Lets a thread resolve modules as if it were elsewhere: `import.meta.resolve` ignores its second argument otherwise. */
const RESOLVE_OPTION = "--experimental-import-meta-resolve";

/** What a thread is started from. */
export interface ThreadEntry {
  readonly file: string;
  readonly execArgv: NonNullable<WorkerOptions["execArgv"]>;
}

/** Returns the options of this process that a thread must share, each with its value. */
function moduleOptions(all: readonly string[]): string[] {
  return all.filter(
    (option, at) =>
      MODULE_OPTION.test(option) ||
      (MODULE_OPTION.test(all[at - 1] ?? "") && all[at - 1]?.includes("=") === false),
  );
}

/**
 * Finds the program of a thread as Node itself would. In this repository that may be source, which Node cannot run: loaders
 * such as tsx, and test runners, transform modules for the main thread alone. Then it is the build.
 */
function findEntry(): ThreadEntry {
  const require = builtIn("node:module").createRequire(import.meta.url);
  const file = require.resolve(NAME);
  const own = process.allowedNodeEnvironmentFlags.has(RESOLVE_OPTION) ? [RESOLVE_OPTION] : [];
  if (!file.endsWith(".ts"))
    return { file, execArgv: [...moduleOptions(process.execArgv), ...own] };
  const manifest = require.resolve("@unequal/backends/package.json");
  const { exports } = require(manifest) as {
    exports: Record<string, { default: string } | undefined>;
  };
  const built = exports["./replica-worker"]?.default ?? "";
  return { file: builtIn("node:path").join(manifest, "..", built), execArgv: own };
}

/**
 * Finds what threads are started from.
 * @throws SCORING_UNAVAILABLE outside Node, or where a bundler left it out
 */
export function threadEntry(): ThreadEntry {
  try {
    return findEntry();
  } catch (error) {
    if (isUnequalError(error)) throw error;
    throw new UnequalError(
      "SCORING_UNAVAILABLE",
      `A replica of the model starts from ${NAME}, but that was not found: a bundler must leave @unequal/backends in node_modules. Score inline, if that cannot be.`,
      { cause: error },
    );
  }
}
