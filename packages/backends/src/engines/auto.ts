import {
  defineBackend,
  isUnequalError,
  UnequalError,
  type Backend,
  type EngineFacts,
  type Part,
} from "@unequal/core";
import { createLearner } from "../models/create-learner.js";
import { cpu } from "./cpu.js";
import { missingPackage } from "./missing-package.js";
import { tensorflowGpu } from "./tensorflow-gpu.js";
import { tensorflow } from "./tensorflow.js";
import { wasm, wasmOptions } from "./wasm.js";
import { webgpu } from "./webgpu.js";

/** What is tried, in this order. */
interface Candidates {
  /** What may compute on a GPU, and is taken if it does. */
  readonly gpu: readonly Part<"backend">[];
  /** What computes on the CPU otherwise. */
  readonly cpu: readonly Part<"backend">[];
}

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

async function startBest(
  candidates: Candidates,
  setUp: (part: Part<"backend">) => Backend,
): Promise<EngineFacts> {
  const passedOver = new Map<string, string>();
  for (const kind of ["gpu", "cpu"] as const) {
    for (const part of candidates[kind]) {
      const facts = await attempt(setUp(part), kind === "gpu");
      if (typeof facts === "string") {
        passedOver.set(part.name, facts);
        continue;
      }
      passedOver.delete(part.name);
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
  options: wasmOptions,
  setup: ({ path }, context) => ({
    name: "auto",
    start: () => {
      const candidates = {
        gpu: [tensorflowGpu(), webgpu()],
        cpu: [tensorflowGpu(), tensorflow(), wasm({ path }), cpu()],
      };
      return startBest(candidates, (part) => part.setup(context));
    },
    learner: createLearner,
    stop: () => Promise.resolve(),
  }),
});
