import type { Learner } from "./learner.js";

/** States what an engine turned out to be once it runs. */
export interface EngineFacts {
  readonly engine: string;
  /** What it computes on, for reports. */
  readonly device: string;
  /** Whether that is a GPU; software that imitates one is none. Absent: not known. */
  readonly hardware?: "cpu" | "gpu";
  /** The largest tensor that the engine can hold, in bytes, where it says so. */
  readonly largestTensor?: number;
  /** What was chosen for the user, and why, a sentence each. */
  readonly notes?: readonly string[];
  /** What is not as the user wanted it, a sentence each. */
  readonly warnings?: readonly string[];
}

/** Answers on which engine tensors live and run, and makes learners on it. */
export interface Backend {
  readonly name: string;
  /** Starts the engine and makes it the active one; nothing of it keeps the process from ending. @throws BACKEND_UNAVAILABLE */
  readonly start: () => Promise<EngineFacts>;
  /**
   * Wraps a model of the backend's own kind.
   * @throws MODEL_UNSUPPORTED, MODEL_NOT_COMPILED
   */
  readonly learner: (model: unknown, options?: Readonly<Record<string, unknown>>) => Learner;
}
