import type * as blocking from "node:fs";
import type * as files from "node:fs/promises";
import type * as modules from "node:module";
import type * as path from "node:path";
import type * as zlib from "node:zlib";
import { UnequalError } from "@unequal/core";

interface Modules {
  readonly "node:fs": typeof blocking;
  readonly "node:fs/promises": typeof files;
  readonly "node:module": typeof modules;
  readonly "node:path": typeof path;
  readonly "node:zlib": typeof zlib;
}

/**
 * Loads a module of Node without importing it: bundlers for browsers follow imports, also dynamic ones,
 * and end at a module that they cannot find.
 *
 * @throws DATASET_MISSING outside Node
 */
export function builtIn<N extends keyof Modules>(name: N): Modules[N] {
  const { process } = globalThis as {
    process?: { getBuiltinModule?: (name: string) => unknown };
  };
  const found = process?.getBuiltinModule?.(name);
  if (found !== undefined) return found as Modules[N];
  throw new UnequalError(
    "DATASET_MISSING",
    "Data sets that read files need Node.js 20.19 or later. Elsewhere load the data yourself and give it to arrays().",
  );
}
