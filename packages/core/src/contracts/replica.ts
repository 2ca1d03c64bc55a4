import type { Signal, Signals } from "./signals.js";

/** Asks a replica to load examples and to compute signals of them. */
export interface ReplicaRequest {
  readonly ids: Uint32Array;
  readonly keys: Uint32Array;
  /** Weight of each example from a first stage, [B]; absent means 1. */
  readonly weights?: Float32Array;
  readonly signals: readonly Signal[];
}

/** What a replica found. */
export interface ReplicaAnswer {
  /** In inference mode, row by row, as {@link Learner.compute} gives them; owned by the caller. */
  readonly signals: Signals;
  /** Sample and class weight × the weight asked with, [B]. */
  readonly weights: Float32Array;
  /** Updates that the parameters had seen which scored: the number that they were published with. */
  readonly scoredAt: number;
  /** What the work on it took where it runs, without waiting for its turn. */
  readonly seconds: number;
}

/**
 * A copy of a learner's model on an engine of its own, which computes at the same time: what is asked of it costs the host no
 * time until the answer is taken. Requests are answered in the order asked.
 */
export interface Replica {
  /** Copies the learner's present parameters and moving statistics to where the replica finds them, whole or not at all. */
  readonly publish: (update: number) => void;
  /**
   * Computes signals at the parameters published last, whatever is published meanwhile. Something must have been published before.
   * @throws SCORING_FAILED if the replica cannot answer, now or ever again
   */
  readonly compute: (request: ReplicaRequest) => Promise<ReplicaAnswer>;
  /** Ends it, and with it every request under way, which fails. Resolves when nothing of it is left. */
  readonly dispose: () => Promise<void>;
}

/** How a replica is to be made. */
export interface ReplicaOptions {
  /** Threads that share each request; default 1. */
  readonly workers?: number;
  /** URLs or names of modules to import first where it runs: such as those that register layers of one's own. */
  readonly modules?: readonly string[];
  /** Says, once aborted while the replica is made, that nobody wants it: making it then fails, and leaves nothing. */
  readonly signal?: AbortSignal;
}
