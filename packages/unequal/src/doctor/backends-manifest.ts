import { createRequire } from "node:module";

/** The file that engines are looked for from, since @unequal/backends imports them. */
export function backendsManifest(): string {
  return createRequire(import.meta.url).resolve("@unequal/backends/package.json");
}
