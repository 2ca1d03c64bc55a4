import type { MessagePort } from "node:worker_threads";
import type { ReplicaAnswer } from "@unequal/core";
import type { DatasetCopy } from "../copies/copy-dataset.js";
import type { ModelCopy } from "../copies/copy-model.js";
import type { Chunk } from "../transport/transport.js";

/** What a thread is started with. */
export interface ThreadData {
  /** Name of the backend that starts its engine. */
  readonly engine: string;
  readonly model: ModelCopy;
  readonly dataset: DatasetCopy;
  readonly modules: readonly string[];
  /** Brings the memory of each slot, in order. */
  readonly slots: MessagePort;
}

/** Gives a thread its chunk of a request. */
export interface Task extends Chunk {
  readonly id: number;
  /** Index of the slot that it is computed at, which is held for it. */
  readonly slot: number;
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
  | { readonly kind: "answer"; readonly id: number; readonly answer: ReplicaAnswer }
  | { readonly kind: "failed"; readonly id: number; readonly problem: Problem };
