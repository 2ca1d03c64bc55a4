import { isUnequalError, UnequalError, type Backend, type EngineFacts } from "@unequal/core";
import { inNode } from "../node/in-node.js";
import { missingPackage } from "./missing-package.js";

/** An engine that may be taken. */
export interface Candidate {
  readonly backend: Backend;
  /** Whether it is taken only if it computes on a GPU. */
  readonly gpu: boolean;
}

/** The engine that is taken, started. */
export interface TakenEngine {
  readonly backend: Backend;
  readonly facts: EngineFacts;
}

function whyNot(error: UnequalError): string {
  if (error.code === "OPTION_INVALID") return "runs already with other options";
  if (error.code === "ENGINE_FAILED") return "has failed in this process";
  return missingPackage(error.cause) === undefined ? "does not start" : "is not installed";
}

/** Starts an engine, or says in a few words why it is not taken. */
async function attempt({ backend, gpu }: Candidate): Promise<EngineFacts | string> {
  const noGpu = `${backend.name} finds no GPU`;
  try {
    if (gpu && (await backend.findsGpu?.()) === false) return noGpu;
    const facts = await backend.start();
    if (!gpu || facts.hardware === "gpu") return facts;
    await backend.stop?.();
    return noGpu;
  } catch (error) {
    if (!isUnequalError(error)) throw error;
    return `${backend.name} ${whyNot(error)}`;
  }
}

/**
 * Starts the first engine that does, in the order given, and notes which and why.
 * @throws BACKEND_UNAVAILABLE if none does
 */
export async function startBest(candidates: readonly Candidate[]): Promise<TakenEngine> {
  const passedOver = new Map<string, string>();
  for (const candidate of candidates) {
    const { name } = candidate.backend;
    const facts = await attempt(candidate);
    if (typeof facts === "string") {
      passedOver.set(name, facts);
      continue;
    }
    // where it is taken for the CPU after all, its warnings say that it found no GPU
    passedOver.delete(name);
    const others = [...passedOver.values()].join("; ");
    const why = others === "" ? "the first choice" : `passed over: ${others}`;
    const note = `backend "auto" took ${name} on ${facts.device} (${why}).`;
    return {
      backend: candidate.backend,
      facts: { ...facts, notes: [note, ...(facts.notes ?? [])] },
    };
  }
  throw new UnequalError(
    "BACKEND_UNAVAILABLE",
    `No engine starts here: ${[...passedOver.values()].join("; ")}.${inNode() ? " `unequal doctor` says what each needs." : ""}`,
  );
}
