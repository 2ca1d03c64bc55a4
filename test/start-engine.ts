import { backendsPlugin } from "@unequal/backends";
import { Registry, setUpPart } from "@unequal/core";

/** The engines that every machine can run. */
export const ENGINES = ["wasm", "cpu"] as const;

/** Starts an engine and makes it the active one. */
export async function startEngine(name: (typeof ENGINES)[number]): Promise<void> {
  const registry = new Registry([backendsPlugin]);
  await setUpPart("backend", name, { registry }).start();
}
