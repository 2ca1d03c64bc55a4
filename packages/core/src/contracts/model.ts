import type { DataSplits } from "./dataset.js";

/** States what a model must fit. */
export interface ModelRequest {
  /** Shape of one example. */
  readonly inputShape: readonly number[];
  /** Number of classes. */
  readonly classes: number;
  /** An optimizer of the backend's kind. */
  readonly optimizer: unknown;
  /** Seed of the initial weights. */
  readonly seed: number;
}

/** Builds a named architecture, compiled, for commands and configs. */
export interface ModelBuilder {
  readonly build: (request: ModelRequest) => unknown;
}

/** Builds an optimizer of the backend's kind. */
export interface OptimizerBuilder {
  readonly build: (settings: { readonly learningRate?: number }) => unknown;
}

/** Loads a named data set. @throws DATASET_MISSING */
export interface DatasetSource {
  readonly load: () => Promise<DataSplits>;
}
