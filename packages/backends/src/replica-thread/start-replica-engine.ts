import { setUpPart } from "@unequal/core";
import { cpu } from "../engines/cpu.js";
import { wasm } from "../engines/wasm.js";
import type { ReplicaEngine } from "../replicas/threads/replica-engines.js";

const ENGINES = { cpu, wasm } satisfies Record<ReplicaEngine, unknown>;

/** Starts an engine on this thread. @throws BACKEND_UNAVAILABLE */
export async function startReplicaEngine(name: ReplicaEngine): Promise<void> {
  await setUpPart("backend", ENGINES[name]()).start();
}
