import type { HostBatch } from "./arrays.js";
import type { Dataset } from "./dataset.js";
import type { Replica, ReplicaOptions } from "./replica.js";
import type { Signal, SignalPrice, Signals } from "./signals.js";
import type { StatefulOnEngine } from "./state.js";

/** Stands for examples on the engine; disposed by whoever asked for the upload. */
export interface Batch {
  readonly size: number;
  readonly dispose: () => void;
}

/** Stands for parameters, or a gradient of their shape, on the engine; disposed by its owner. */
export interface Handle {
  readonly dispose: () => void;
}

/** States what a model is like, for the parts that care. */
export interface LearnerFacts {
  /** Number of trainable numbers. */
  readonly parameters: number;
  /** True if batch statistics enter the training pass (BatchNormalization). */
  readonly batchStatistics: boolean;
  /** True if the outputs z are linear in the parameters, so that an example's gradient is Jᵀ ∂ℓ/∂z with a fixed J. */
  readonly linear: boolean;
  /** Rows of every batch, where layers keep a state for each from one batch to the next; absent: none do. */
  readonly stateful?: number;
  /** True if the engine computes alongside the host: what is asked of it meanwhile costs no time until it is read. */
  readonly asynchronous?: boolean;
  /** Bytes of examples that are worth keeping on the engine for a whole run; absent: none. */
  readonly residentBytes?: number;
  /** True if the optimizer's update is its learning rate times what it keeps of gradients, so that a rate for one update is exact. */
  readonly scalesRate: boolean;
  /** Things that a user of importance sampling should know of this model, a sentence each; passes may find more. */
  readonly notes: readonly string[];
}

/** Names the rows of an uploaded batch that a step trains on. */
export interface WeightedRows {
  readonly batch: Batch;
  /** Distinct rows of `batch`. */
  readonly rows: Int32Array;
  /** Coefficient of each row: the loss is Σ coefficient · ℓ. */
  readonly coefficients: Float32Array;
  /** First-stage weight of each row, [rows], which its ℓ is multiplied by already, but its metrics are not; absent: 1. */
  readonly weights?: Float32Array;
}

/** Holds what one training step found, read back once. */
export interface StepResult {
  /** Σ coefficient · ℓ: an unbiased estimate of the mean loss under unbiased weights; regularisers left out. */
  readonly loss: number;
  /** Σ coefficient · first-stage weight · metric, regularisers left out: estimates like `loss`. */
  readonly metrics: Readonly<Record<string, number>>;
  /** The requested signals of the rows, always with `loss`, in training mode. */
  readonly signals: Signals;
}

/** Asks for one gradient. */
export interface GradientOptions {
  /** Parameters to take it at; absent: the present ones. */
  readonly at?: Handle;
  /** Seed of dropout and noise layers: the same seed makes the same masks. */
  readonly noise: number;
  /** `training`: dropout on, batch statistics; `inference`: dropout off, moving statistics, which it leaves alone. */
  readonly mode: "training" | "inference";
  /** Whether the regularisers' gradient is added. */
  readonly regulariser: boolean;
}

/** Holds what an evaluation found: unweighted means over the dataset, in inference mode. */
export interface Evaluation {
  readonly loss: number;
  /** Metrics by name; `error` is 1 − accuracy where the targets are classes. */
  readonly metrics: Readonly<Record<string, number>>;
}

/** Holds a model in a storable form of its own kind. */
export interface ExportedModel {
  readonly format: string;
  readonly files: Readonly<Record<string, Uint8Array>>;
}

/** The model under training on its engine. Tensors never leave it. */
export interface Learner extends StatefulOnEngine {
  readonly facts: LearnerFacts;
  /** The signals that this model offers and what each costs. */
  readonly signals: ReadonlyMap<Signal, SignalPrice>;
  /** Says why a signal is not offered, and what would offer it. */
  readonly explainMissing: (signal: Signal) => string;
  /**
   * Puts examples on the engine; the caller disposes the batch.
   * @throws SHAPE_MISMATCH if they do not fit the model
   */
  readonly upload: (host: HostBatch) => Batch;
  /** Copies rows of a batch, in any number and order, into a new one with weights of its own, [rows]; the caller disposes it. */
  readonly pick: (batch: Batch, rows: Int32Array, weights: Float32Array) => Batch;
  /** Computes signals of every row in inference mode (dropout off, moving statistics), changing nothing. `chunk`: rows per pass. */
  readonly compute: (
    names: readonly Signal[],
    batch: Batch,
    options?: { readonly chunk?: number },
  ) => Promise<Signals>;
  /** Makes one optimizer update on Σ coefficient · ℓ + regularisers. */
  readonly step: (
    rows: WeightedRows,
    options: {
      readonly noise: number;
      readonly signals: readonly Signal[];
      /** φ: multiplies the learning rate for this update alone; default 1. */
      readonly rate?: number;
    },
  ) => Promise<StepResult>;
  /**
   * Returns the gradient of Σ coefficient · ℓ (owned by the caller) and what the pass found. Where it finds a loss that is
   * not finite, moving statistics are what they were before.
   */
  readonly gradient: (
    rows: WeightedRows,
    options: GradientOptions & { readonly signals: readonly Signal[] },
  ) => Promise<{ readonly gradient: Handle; readonly result: StepResult }>;
  /**
   * Returns Jᵀc, the gradient of Σ c · z (owned by the caller), z the outputs that the signal `embedding` holds: what an
   * estimator with a loss of its own steps along. `cotangent` is given z of this very pass, [rows · D] row-major, and
   * returns c = ∂L/∂z of the same size. With `regulariser`, their gradient is added.
   */
  readonly pullback: (
    rows: Pick<WeightedRows, "batch" | "rows">,
    cotangent: (outputs: Float32Array) => Float32Array,
    options: GradientOptions,
  ) => Promise<Handle>;
  /** Copies the trainable parameters; the caller owns the copy. */
  readonly parameters: () => Handle;
  /** Sets the trainable parameters. */
  readonly assign: (parameters: Handle) => void;
  /** Returns Σ factor · handle, owned by the caller; the terms stay the caller's. */
  readonly combine: (terms: readonly (readonly [number, Handle])[]) => Handle;
  /** Hands a gradient to the model's own optimizer, its learning rate times `rate` (default 1) for this update alone. */
  readonly apply: (gradient: Handle, rate?: number) => void;
  /** Copies a handle to the host, or makes one of host data (for states). */
  readonly read: (handle: Handle) => Promise<readonly Float32Array[]>;
  readonly write: (values: readonly Float32Array[]) => Handle;
  /** Evaluates a dataset in inference mode. */
  readonly evaluate: (
    dataset: Dataset,
    options?: { readonly batchSize?: number },
  ) => Promise<Evaluation>;
  /** Returns the model in its own storage format. */
  readonly exportModel: () => Promise<ExportedModel>;
  /**
   * Makes a copy of the model on an engine of its own, which loads examples of `dataset` and computes signals at the same time as
   * this learner; absent: not here. The caller disposes it.
   * @throws SCORING_UNAVAILABLE saying what of model, dataset or engine cannot be had twice
   */
  readonly replicate?: (dataset: Dataset, options?: ReplicaOptions) => Promise<Replica>;
  /** Sets the optimizer's learning rate, for schedules. */
  readonly setLearningRate: (rate: number) => void;
  readonly learningRate: () => number | undefined;
  /** Frees what the learner itself made, the model stays the user's; absent: there is nothing to free. */
  readonly dispose?: () => void;
}
