import wasmFile from "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url";
import { setUpPart } from "@unequal/core";
import { engines } from "unequal";

const ENGINES = {
  webgpu: () => engines.webgpu(),
  // the bundler gives the file a name of its own, which the engine must be told
  wasm: () => engines.wasm({ path: wasmFile }),
  cpu: () => engines.cpu(),
  auto: () => engines.auto({ path: wasmFile }),
};

/** Starts the engine of a name, and says what it runs on. */
export async function startEngine(name) {
  const engine = Object.hasOwn(ENGINES, name) ? ENGINES[name] : undefined;
  if (engine === undefined)
    throw new Error(`The engines are ${Object.keys(ENGINES).join(", ")}, but not "${name}".`);
  const backend = setUpPart("backend", engine());
  return { backend, facts: await backend.start() };
}
