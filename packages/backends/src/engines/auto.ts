import { defineBackend } from "@unequal/core";
import { createLearner } from "../models/create-learner.js";
import { cpu } from "./cpu.js";
import { startBest } from "./start-best.js";
import { tensorflowGpu } from "./tensorflow-gpu.js";
import { tensorflow } from "./tensorflow.js";
import { wasm, wasmOptions } from "./wasm.js";
import { findsGpu, webgpu } from "./webgpu.js";

/**
 * Runs on the best engine that starts: a GPU by tensorflow-gpu or webgpu; otherwise the CPU by tensorflow-gpu's package,
 * where that is installed, since a process cannot have tensorflow's beside it, or by tensorflow, wasm or cpu. Which, and
 * why, is among the facts' notes.
 */
export const autoEngine = defineBackend({
  name: "auto",
  summary: "The best that starts of tensorflow-gpu, webgpu, tensorflow, wasm and cpu.",
  options: wasmOptions,
  setup: ({ path }, context) => ({
    name: "auto",
    start: () => {
      const native = tensorflowGpu().setup(context);
      return startBest([
        { backend: native, gpu: true },
        { backend: webgpu().setup(context), gpu: true, findsGpu },
        { backend: native, gpu: false },
        ...[tensorflow(), wasm({ path }), cpu()].map((part) => ({
          backend: part.setup(context),
          gpu: false,
        })),
      ]);
    },
    learner: createLearner,
    stop: () => Promise.resolve(),
  }),
});
