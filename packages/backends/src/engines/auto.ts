import {
  defineBackend,
  isUnequalError,
  UnequalError,
  type Backend,
  type EngineFacts,
  type Part,
  type PartContext,
} from "@unequal/core";
import { createLearner } from "../models/create-learner.js";
import { cpu } from "./cpu.js";
import { missingPackage } from "./missing-package.js";
import { tensorflowGpu } from "./tensorflow-gpu.js";
import { tensorflow } from "./tensorflow.js";
import { wasm } from "./wasm.js";
import { webgpu } from "./webgpu.js";

/** What is tried, in this order: first what may compute on a GPU, if it does; then what computes on the CPU. */
const ON_GPU = [tensorflowGpu(), webgpu()];
const ON_CPU = [tensorflowGpu(), tensorflow(), wasm(), cpu()];

/** Starts an engine, or says in a few words why it does not do. */
async function attempt(backend: Backend, gpu: boolean): Promise<EngineFacts | string> {
  try {
    const facts = await backend.start();
    if (!gpu || facts.hardware === "gpu") return facts;
    await backend.stop();
    return `${backend.name} finds no GPU`;
  } catch (error) {
    if (!isUnequalError(error)) throw error;
    const missing = missingPackage(error.cause);
    return `${backend.name} ${missing === undefined ? "does not start" : "is not installed"}`;
  }
}

async function startBest(context: PartContext): Promise<EngineFacts> {
  const passedOver = new Map<string, string>();
  const stages: readonly (readonly [readonly Part<"backend">[], boolean])[] = [
    [ON_GPU, true],
    [ON_CPU, false],
  ];
  for (const [parts, gpu] of stages) {
    for (const part of parts) {
      const facts = await attempt(part.setup(context), gpu);
      if (typeof facts === "string") {
        passedOver.set(part.name, facts);
        continue;
      }
      const others = [...passedOver.values()].join("; ");
      const why = others === "" ? "the first choice" : `passed over: ${others}`;
      const note = `backend "auto" took ${part.name} on ${facts.device} (${why}).`;
      return { ...facts, notes: [note], warnings: [] };
    }
  }
  throw new UnequalError(
    "BACKEND_UNAVAILABLE",
    `No engine starts here: ${[...passedOver.values()].join("; ")}. \`unequal doctor\` says what each needs.`,
  );
}

/**
 * Runs on the best engine that starts: a GPU by tensorflow-gpu or webgpu; otherwise the CPU by tensorflow, wasm or cpu.
 * Which, and why, is among the facts' notes.
 */
export const autoEngine = defineBackend({
  name: "auto",
  summary: "The best that starts of tensorflow-gpu, webgpu, tensorflow, wasm and cpu.",
  setup: (_, context) => ({
    name: "auto",
    start: () => startBest(context),
    learner: createLearner,
    stop: () => Promise.resolve(),
  }),
});
