import type * as modules from "node:module";
import type * as os from "node:os";
import type * as path from "node:path";
import type * as url from "node:url";
import type * as util from "node:util";
import type * as threads from "node:worker_threads";

/** The modules of Node that this package takes. */
export interface BuiltIns {
  readonly "node:module": typeof modules;
  readonly "node:os": typeof os;
  readonly "node:path": typeof path;
  readonly "node:url": typeof url;
  readonly "node:util": typeof util;
  readonly "node:worker_threads": typeof threads;
}

/**
 * Loads a module of Node without importing it, undefined outside Node: bundlers for browsers follow imports, also dynamic
 * ones, and end at a module that they cannot find.
 */
export function findBuiltIn<N extends keyof BuiltIns>(name: N): BuiltIns[N] | undefined {
  const { process } = globalThis as {
    process?: { getBuiltinModule?: (name: string) => unknown };
  };
  return process?.getBuiltinModule?.(name) as BuiltIns[N] | undefined;
}
