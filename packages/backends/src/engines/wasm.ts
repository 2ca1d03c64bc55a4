import { defineBackend } from "@unequal/core";
import { z } from "zod";
import { createLearner } from "../create-learner.js";
import { installWasmTraining } from "@unequal/wasm-training";
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

/** Runs on WebAssembly with SIMD: the default, since npm alone installs it. */
export const wasm = defineBackend({
  name: "wasm",
  summary: "WebAssembly with SIMD, with kernels of our own for training; the default.",
  options: wasmOptions,
  setup: ({ path }) => ({
    name: "wasm",
    start: async () => {
      await startEngine({
        name: "wasm",
        engine: "wasm",
        install: ["npm install @tensorflow/tfjs @tensorflow/tfjs-backend-wasm"],
        hint: "In a browser, say where its .wasm files are: `wasm({ path })`.",
        prepare: async () => {
          const { setWasmPaths } = await import("@tensorflow/tfjs-backend-wasm");
          if (path !== undefined) setWasmPaths(wasmFiles(path));
          installWasmTraining();
        },
      });
      return { engine: "wasm", device: "CPU (WebAssembly)", hardware: "cpu" };
    },
    learner: createLearner,
    // tensors of the user's program may live on, and the engine holds neither threads nor handles
    stop: () => Promise.resolve(),
  }),
});
