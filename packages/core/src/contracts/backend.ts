import type { Learner } from "./learner.js";

/** States what an engine turned out to be once it runs. */
export interface EngineFacts {
  readonly engine: string;
  /** What it computes on, for reports. */
  readonly device: string;
}

/** Answers on which engine tensors live and run, and makes learners on it. */
export interface Backend {
  readonly name: string;
  /** Starts the engine and makes it the active one. @throws BACKEND_UNAVAILABLE */
  readonly start: () => Promise<EngineFacts>;
  /**
   * Wraps a model of the backend's own kind.
   * @throws MODEL_UNSUPPORTED, MODEL_NOT_COMPILED
   */
  readonly learner: (model: unknown, options?: Readonly<Record<string, unknown>>) => Learner;
  /** Frees what `start` took, so that the process can end by itself. */
  readonly stop: () => Promise<void>;
}
