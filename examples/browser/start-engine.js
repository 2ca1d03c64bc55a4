import wasmFile from "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url";
import { setUpPart } from "@unequal/core";
import { autoEngine, cpu, wasm, webgpu } from "unequal";

const ENGINES = {
  webgpu: () => webgpu(),
  // the bundler gives the file a name of its own, which the engine must be told
  wasm: () => wasm({ path: wasmFile }),
  cpu: () => cpu(),
  auto: () => autoEngine({ path: wasmFile }),
};

/** Starts the engine of a name, and says what it runs on. */
export async function startEngine(name) {
  const engine = Object.hasOwn(ENGINES, name) ? ENGINES[name] : undefined;
  if (engine === undefined)
    throw new Error(`The engines are ${Object.keys(ENGINES).join(", ")}, but not "${name}".`);
  const backend = setUpPart("backend", engine());
  return { backend, facts: await backend.start() };
}
