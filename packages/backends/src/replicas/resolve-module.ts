import { builtIn } from "./built-in.js";

/**
 * Resolves a module as the user's program, in the working directory, would: a thread starts elsewhere. What cannot be
 * resolved here is left as it is.
 */
export function resolveModule(module: string): string {
  if (/^[a-z][a-z0-9+.-]+:/i.test(module)) return module;
  const { pathToFileURL } = builtIn("node:url");
  const path = builtIn("node:path");
  if (module.startsWith(".") || path.isAbsolute(module))
    return pathToFileURL(path.resolve(module)).href;
  try {
    const { createRequire } = builtIn("node:module");
    return pathToFileURL(createRequire(path.resolve("program.js")).resolve(module)).href;
  } catch {
    return module;
  }
}
