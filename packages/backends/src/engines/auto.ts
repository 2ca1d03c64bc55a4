import { defineBackend, type Part, type PartContext } from "@unequal/core";
import { createLearner } from "../create-learner.js";
import { cpu } from "./cpu.js";
import { inNode } from "./in-node.js";
import { startBest, type Candidate } from "./start-best.js";
import { tensorflowGpu } from "./tensorflow-gpu.js";
import { tensorflow } from "./tensorflow.js";
import { wasm, wasmOptions } from "./wasm.js";
import { findsGpu, webgpu } from "./webgpu.js";

/** The engines to choose from, the best first: those of Node's packages are none in a browser. */
function candidates(path: string | undefined, context: PartContext): readonly Candidate[] {
  const web: Candidate = { backend: webgpu().setup(context), gpu: true, findsGpu };
  const onCpu = (parts: readonly Part<"backend">[]): readonly Candidate[] =>
    parts.map((part) => ({ backend: part.setup(context), gpu: false }));
  const portable = onCpu([wasm({ path }), cpu()]);
  if (!inNode()) return [web, ...portable];
  const native = tensorflowGpu().setup(context);
  return [
    { backend: native, gpu: true },
    web,
    { backend: native, gpu: false },
    ...onCpu([tensorflow()]),
    ...portable,
  ];
}

/**
 * Runs on the best engine that starts: a GPU by tensorflow-gpu or webgpu; otherwise the CPU by tensorflow-gpu's package,
 * where that is installed, since a process cannot have tensorflow's as well, or by tensorflow, wasm or cpu. Which, and
 * why, is among the facts' notes. In a browser it is webgpu on a GPU, else wasm, else cpu.
 */
export const autoEngine = defineBackend({
  name: "auto",
  summary: "The best that starts of tensorflow-gpu, webgpu, tensorflow, wasm and cpu.",
  options: wasmOptions,
  setup: ({ path }, context) => ({
    name: "auto",
    start: () => startBest(candidates(path, context)),
    learner: createLearner,
  }),
});
