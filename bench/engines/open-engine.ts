import * as tf from "@tensorflow/tfjs";
import { backendsPlugin } from "@unequal/backends";
import { isUnequalError, Registry, setUpPart } from "@unequal/core";
import type { EngineName, Greeting } from "./protocol.js";

/** Starts the wasm engine as it is shipped, without our kernels. */
async function stock(): Promise<Greeting> {
  const { version_wasm } = await import("@tensorflow/tfjs-backend-wasm");
  if (!(await tf.setBackend("wasm"))) throw new Error("the wasm engine did not start");
  return { version: `tfjs-backend-wasm ${version_wasm} as shipped` };
}

/** Starts an engine of TensorFlow.js; a process can have one. */
export async function openEngine(name: EngineName): Promise<Greeting> {
  if (name === "stock") return stock();
  const registry = new Registry([backendsPlugin]);
  try {
    const backend = setUpPart("backend", name === "ours" ? "wasm" : name, { registry });
    const { device, hardware } = await backend.start();
    return { version: device, ...(hardware && { hardware }) };
  } catch (error) {
    if (isUnequalError(error)) return { absent: error.message };
    throw error;
  }
}
