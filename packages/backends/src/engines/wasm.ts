import { defineBackend } from "@unequal/core";
import { createLearner } from "../models/create-learner.js";
import { installWasmTraining } from "../wasm-training/install.js";
import { startEngine } from "./start-engine.js";

/** Runs on WebAssembly with SIMD: the default, since npm alone installs it. */
export const wasm = defineBackend({
  name: "wasm",
  summary: "WebAssembly with SIMD, with kernels of our own for training; the default.",
  setup: () => ({
    name: "wasm",
    start: async () => {
      await startEngine({
        name: "wasm",
        engine: "wasm",
        install: "npm install @tensorflow/tfjs @tensorflow/tfjs-backend-wasm",
        prepare: async () => {
          await import("@tensorflow/tfjs-backend-wasm");
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
