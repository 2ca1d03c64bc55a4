import type { MessagePort } from "node:worker_threads";
import type { HostBatch, Signal, Signals } from "@unequal/core";
import type { DatasetCopy } from "./copy-dataset.js";
import type { ModelCopy } from "./copy-model.js";
import type { ReplicaEngine } from "./replica-engines.js";

/** What a thread is started with. */
export interface ThreadData {
  readonly engine: ReplicaEngine;
  readonly model: ModelCopy;
  readonly dataset: DatasetCopy;
  readonly modules: readonly string[];
  /** Where the index of the slot published last is found. */
  readonly newest: SharedArrayBuffer;
  /** Brings the memory of each slot, in order. */
  readonly slots: MessagePort;
}

/** Asks a thread for its part of a request. */
export interface Task {
  readonly id: number;
  readonly part: number;
  readonly ids: Uint32Array;
  readonly keys: Uint32Array;
  readonly weights?: Float32Array;
  readonly signals: readonly Signal[];
  /** The examples, where the thread cannot load them. */
  readonly rows?: HostBatch;
  /** Index of the slot that all parts compute at; -1 until the first of them has begun. */
  readonly chosen: SharedArrayBuffer;
  /** Number of parts: each reads the slot once. */
  readonly parts: number;
}

/** What a thread found for its part. */
export interface TaskAnswer {
  readonly signals: Signals;
  readonly weights: Float32Array;
  readonly scoredAt: number;
  readonly seconds: number;
}

/** An error, in a form that another thread can read. */
export interface Problem {
  readonly message: string;
  readonly code?: string;
  readonly stack?: string;
}

/** What a thread tells the host. */
export type Report =
  | { readonly kind: "ready" }
  | { readonly kind: "refused"; readonly problem: Problem }
  | {
      readonly kind: "answer";
      readonly id: number;
      readonly part: number;
      readonly answer: TaskAnswer;
    }
  | { readonly kind: "failed"; readonly id: number; readonly problem: Problem };
