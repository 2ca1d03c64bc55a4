import type { HostBatch } from "./arrays.js";

/** Answers which examples there are. An id with a key is always the same example. */
export interface Dataset {
  /** Shown in reports. */
  readonly name?: string;
  /** Number of examples N; ids run from 0 to N − 1. */
  readonly size: number;
  /**
   * Loads examples: ids [B], keys [B] (which augmentation of each) → B rows, owned by the caller. May be called again
   * before an earlier call is over.
   */
  readonly take: (ids: Uint32Array, keys: Uint32Array) => HostBatch | Promise<HostBatch>;
  /**
   * True if an example is the same under every key, so that it may be kept: nothing is augmented. What wraps a dataset and
   * augments must say `false`.
   */
  readonly fixed?: boolean;
  /**
   * Says how another thread makes the same dataset of its own: the URL of a module whose default export returns it, or a
   * promise of it, given `data`, which must be fit for structured cloning (arrays on a SharedArrayBuffer are not copied).
   * Fixed datasets can do without; what wraps a dataset must leave it out, or name a module of its own.
   */
  readonly portable?: { readonly module: string; readonly data?: unknown };
  /** Returns the class of every example, [N], where examples have one. */
  readonly labels?: () => Int32Array | undefined;
}

/** Joins the parts of a data set that are used for training and for evaluation. */
export interface DataSplits {
  readonly train: Dataset;
  readonly test?: Dataset;
}
