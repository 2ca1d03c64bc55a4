import type { EngineDescription } from "@unequal/core";
import { z } from "zod";
import { defineEngine } from "./define-engine.js";
import { startEngine } from "./start-engine.js";
import { wasmFiles } from "./wasm-files.js";

/** Options of wasm, and of auto, which may take it. */
export const wasmOptions = z.strictObject({
  path: z
    .string()
    .min(1)
    .optional()
    .describe(
      "folder or URL of the engine's .wasm files, or of tfjs-backend-wasm-simd.wasm itself; absent: next to the script",
    ),
});

/** Loads the kernels where they are wanted: a page on another engine has no use for them. */
async function installKernels(): Promise<void> {
  const { installWasmTraining } = await import("@unequal/wasm-training");
  installWasmTraining();
}

const engine: EngineDescription = {
  packages: ["@tensorflow/tfjs-backend-wasm"],
  advice: [{ text: "In a browser, say where its .wasm files are: `wasm({ path })`." }],
  auto: { cpu: 3 },
  replica: "wasm",
};

/** Runs on WebAssembly with SIMD: the default, since npm alone installs it. */
export const wasm = defineEngine({
  name: "wasm",
  summary: "WebAssembly with SIMD, with kernels of our own for training; the default.",
  options: wasmOptions,
  engine,
  start: async ({ path }) => {
    const prepare = async (): Promise<void> => {
      const { setWasmPaths } = await import("@tensorflow/tfjs-backend-wasm");
      if (path !== undefined) setWasmPaths(wasmFiles(path));
      await installKernels();
    };
    await startEngine({ name: "wasm", tensorflowjs: "wasm", engine, prepare });
    return { engine: "wasm", device: "CPU (WebAssembly)", hardware: "cpu" };
  },
  adopt: async () => {
    await installKernels();
    return {};
  },
});
