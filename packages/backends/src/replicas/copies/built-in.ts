import type * as modules from "node:module";
import type * as os from "node:os";
import type * as path from "node:path";
import type * as url from "node:url";
import type * as threads from "node:worker_threads";
import { UnequalError } from "@unequal/core";

interface Modules {
  readonly "node:module": typeof modules;
  readonly "node:os": typeof os;
  readonly "node:path": typeof path;
  readonly "node:url": typeof url;
  readonly "node:worker_threads": typeof threads;
}

/**
 * Loads a module of Node without importing it: bundlers for browsers follow imports, also dynamic ones,
 * and end at a module that they cannot find.
 *
 * @throws SCORING_UNAVAILABLE outside Node
 */
export function builtIn<N extends keyof Modules>(name: N): Modules[N] {
  const { process } = globalThis as {
    process?: { getBuiltinModule?: (name: string) => unknown };
  };
  const found = process?.getBuiltinModule?.(name);
  if (found !== undefined) return found as Modules[N];
  throw new UnequalError(
    "SCORING_UNAVAILABLE",
    "A replica of the model runs on a thread of Node.js 20.19 or later, and this is not Node. Score inline here.",
  );
}
