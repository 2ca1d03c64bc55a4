import type * as tf from "@tensorflow/tfjs";
import type { Columns, ExportedModel } from "@unequal/core";
import type { BatchRows } from "./batch-rows.js";
import type { Head } from "../heads/head.js";
import type { Forward } from "./forward.js";

/** Tensors of some examples, in the model's order; owned by whoever made them. */
export interface ModelTensors {
  readonly inputs: readonly tf.Tensor[];
  readonly targets: readonly tf.Tensor[];
}

/** One output of a model, opened before its activation. */
export interface ModelOutput {
  readonly name: string;
  readonly head: Head;
  /** The head to evaluate by, where the one to train by weighs classes. */
  readonly unweighed?: Head;
  /** Factor of this output's loss in the total. */
  readonly lossWeight: number;
}

/** A metric that the model was compiled with: (targets, predictions) → [B, …] or one number. */
export interface ModelMetric {
  readonly name: string;
  readonly output: number;
  /** `loss`: the output's own loss, weighted by example but not by output, as tfjs reports it. */
  readonly compute: ((y: tf.Tensor, predictions: tf.Tensor) => tf.Tensor) | "loss";
}

/** Presents one kind of model to the learner: what differs between a `tf.LayersModel` and a function. */
export interface ModelAdapter {
  /** The outputs with their losses; none where the model is trained without a loss of its own. */
  readonly outputs: readonly ModelOutput[];
  readonly metrics: readonly ModelMetric[];
  readonly optimizer: tf.Optimizer;
  /** The layers of a `tf.LayersModel`, nested models opened; none for a function. */
  readonly layers: readonly tf.layers.Layer[];
  readonly batchStatistics: boolean;
  /** Rows that every batch must have, where layers insist on a number; `forward` takes others too, unless they keep states. */
  readonly batchRows?: BatchRows;
  /** True if the outputs z are linear in the variables. */
  readonly linear: boolean;
  /** What a user should know of the model; passes may add to it. */
  readonly notes: string[];
  /** Why the model offers no upper bound, if it does not. */
  readonly noUpperBound: string | undefined;
  readonly variables: () => readonly tf.Variable[];
  /** Everything that training changes besides `variables`: moving statistics. */
  readonly statistics: () => readonly tf.Variable[];
  /** Puts columns on the engine. @throws SHAPE_MISMATCH */
  readonly upload: (inputs: Columns, targets: Columns) => ModelTensors;
  readonly forward: Forward;
  /** Σ of the regularisers, if there are any. */
  readonly regularisation: () => tf.Scalar | undefined;
  readonly exportModel: () => Promise<ExportedModel>;
}
