import { createRequire } from "node:module";
import { join } from "node:path";
import type { Tf } from "./models.js";
import type { EngineName } from "./protocol.js";

/** An engine of TensorFlow.js that runs in this process, or why there is none. */
export type OpenEngine =
  { readonly tf: Tf; readonly version: string } | { readonly absent: string };

async function wasm(training: boolean): Promise<OpenEngine> {
  const tf = await import("@tensorflow/tfjs");
  const { version_wasm } = await import("@tensorflow/tfjs-backend-wasm");
  if (training) {
    const { installWasmTraining } = await import("@unequal/backends/wasm-training");
    installWasmTraining();
  }
  if (!(await tf.setBackend("wasm"))) throw new Error("the wasm engine did not start");
  const extra = training ? " and installWasmTraining()" : "";
  return { tf, version: `tfjs-backend-wasm ${version_wasm}${extra}` };
}

function native(): OpenEngine {
  const folders = [process.env["UNEQUAL_TFJS_NODE"], import.meta.dirname];
  const problems: string[] = [];
  for (const folder of folders) {
    if (folder === undefined) continue;
    try {
      const tf = createRequire(join(folder, "/"))("@tensorflow/tfjs-node") as Tf;
      const version = (tf.version as unknown as Record<string, string>)["tfjs-node"];
      return { tf, version: `tfjs-node ${version}` };
    } catch (error) {
      problems.push((error instanceof Error ? error.message : String(error)).split("\n")[0] ?? "");
    }
  }
  return { absent: problems[0] ?? "" };
}

/** Starts an engine of TensorFlow.js; a process can have one. */
export async function openEngine(name: EngineName): Promise<OpenEngine> {
  return name === "tfjs-node" ? native() : wasm(name === "ours");
}
