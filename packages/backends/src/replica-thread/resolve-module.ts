import { builtIn } from "../replicas/copies/built-in.js";

/**
 * Resolves a module as an import of the user's program, in the working directory, would: a thread starts elsewhere.
 * @throws if there is no such package
 */
export function resolveModule(module: string): string {
  const { pathToFileURL } = builtIn("node:url");
  const path = builtIn("node:path");
  if (module.startsWith(".") || path.isAbsolute(module))
    return pathToFileURL(path.resolve(module)).href;
  return import.meta.resolve(module, pathToFileURL(path.resolve("program.js")).href);
}
