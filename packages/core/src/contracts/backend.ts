import type { Learner } from "./learner.js";

/** Says what may help where an engine does not start. */
export interface EngineAdvice {
  /** Whole sentences. */
  readonly text: string;
  /** The system that it is for, as Node names it (`"linux"`); absent: all. */
  readonly platform?: string;
  /** Files of which one makes it needless, such as a library in the places where it may be. */
  readonly unless?: readonly string[];
}

/** States what is known of an engine before it starts: plain data, in the definition of its backend. */
export interface EngineDescription {
  /** The npm packages that it needs; its version is that of the first. Absent: none. */
  readonly packages?: readonly string[];
  /** Commands that install them, each for where the download of the one before fails; absent: `npm install` with all. */
  readonly install?: readonly string[];
  /** What may help where it does not start though they are installed. */
  readonly advice?: readonly EngineAdvice[];
  /** Where it runs; absent: in Node and in browsers. */
  readonly runtime?: "node" | "browser";
  /** Its place among the engines that the backend `auto` tries: where it computes on a GPU, and where on the CPU. The lowest comes first; absent: not taken so. */
  readonly auto?: { readonly gpu?: number; readonly cpu?: number };
  /** The engine of ours that a thread computes on which holds a replica of a model on this one; absent: no replicas. */
  readonly replica?: "cpu" | "wasm";
  /** True if it computes alongside the host: what is asked of it meanwhile costs no time until it is read. */
  readonly asynchronous?: boolean;
  /** Bytes of examples that are worth keeping on it for a whole run, if it can hold them in one tensor; absent: none. */
  readonly residentBytes?: number;
}

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

/** Starts an engine, on which tensors live and run, and makes learners on it. */
export interface Backend {
  readonly name: string;
  /** Starts the engine and makes it the active one; nothing of it keeps the process from ending. @throws BACKEND_UNAVAILABLE */
  readonly start: () => Promise<EngineFacts>;
  /**
   * Wraps a model of the backend's own kind.
   * @throws MODEL_UNSUPPORTED, MODEL_NOT_COMPILED
   */
  readonly learner: (model: unknown, options?: Readonly<Record<string, unknown>>) => Learner;
  /** Frees what `start` took, so that the process can end by itself; absent: there is nothing to free. */
  readonly stop?: () => Promise<void>;
  /** Tells whether the engine would compute on a GPU, starting nothing; absent: only a start tells. */
  readonly findsGpu?: () => Promise<boolean>;
}
