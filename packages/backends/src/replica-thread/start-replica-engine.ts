import { Registry, setUpPart } from "@unequal/core";
import { backendsPlugin } from "../backends-plugin.js";

/** Starts the engine of a backend on this thread. @throws BACKEND_UNAVAILABLE, UNKNOWN_NAME */
export async function startReplicaEngine(name: string): Promise<void> {
  await setUpPart("backend", name, { registry: new Registry([backendsPlugin]) }).start();
}
