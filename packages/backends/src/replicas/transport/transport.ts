import type { HostBatch, ReplicaAnswer, ReplicaRequest, UnequalError } from "@unequal/core";

/** Rows of a request, for one of those that compute. */
export interface Chunk extends Pick<ReplicaRequest, "ids" | "keys" | "weights" | "signals"> {
  /** The examples, where whoever computes cannot load them. */
  readonly rows?: HostBatch;
}

/** A request that was opened. */
export interface Ticket {
  /** What was found for each chunk, in their order. Rejects if one of them fails, or the ticket is given up. */
  readonly answers: Promise<readonly ReplicaAnswer[]>;
  /** Sends all chunks. @throws whatever keeps one from being sent; the ticket is then to be given up */
  readonly send: (chunks: readonly Chunk[]) => void;
  /** Gives it up: what was not sent will not be, and nothing of it is held. */
  readonly giveUp: (reason: UnequalError) => void;
}

/**
 * The way from a replica to those that compute for it: they have the model, and most often the examples, and lack the
 * parameters. Threads of this process are one.
 */
export interface Transport {
  /** How many compute at a time: as many chunks a request is split into. */
  readonly workers: number;
  /** Brings parameters that have seen `update` updates to where all find them, whole or not at all; `write` fills them in. */
  readonly publish: (update: number, write: (values: Float32Array) => void) => void;
  /**
   * Opens a request of so many chunks, all to be computed at the parameters published last. Something must have been published
   * before.
   */
  readonly open: (chunks: number) => Ticket;
  /** Why no more is answered, once that is so. */
  readonly failure: () => UnequalError | undefined;
  /** Ends whoever computes, and rejects what is under way; resolves when nothing is left. */
  readonly stop: (reason: UnequalError) => Promise<void>;
}
