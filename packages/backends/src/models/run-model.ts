import * as tf from "@tensorflow/tfjs";
import { UnequalError, type Signal } from "@unequal/core";
import type { BatchTensors } from "./device-batch.js";
import type { ForwardResult } from "./forward.js";
import type { ModelAdapter, ModelMetric, ModelOutput } from "./model-adapter.js";

/** One forward pass: opened outputs, and on demand the losses of the examples. */
export interface ModelRun extends ForwardResult {
  readonly adapter: ModelAdapter;
  readonly tensors: BatchTensors;
  /** Computes the loss of each example, [B]: weight · Σ_k lossWeight_k ℓ_k, 0 without losses. */
  readonly losses: () => tf.Tensor1D;
}

/** Returns the tensors of one output: z, what it is compared with, and its mask. */
function outputOf(
  { outputs, tensors, masks }: ForwardResult & { readonly tensors: BatchTensors },
  at: number,
): [tf.Tensor, tf.Tensor, tf.Tensor | undefined] {
  return [outputs[at] as tf.Tensor, tensors.targets[at] as tf.Tensor, masks[at]];
}

function rowAxes(tensor: tf.Tensor): number[] {
  return Array.from({ length: tensor.rank - 1 }, (_, axis) => axis + 1);
}

function scaled(tensor: tf.Tensor, factor: number): tf.Tensor {
  return factor === 1 ? tensor : tf.mul(tensor, factor);
}

/** Adds up; a kernel costs tens of microseconds on every engine, so one term is passed on as it is. */
function total(terms: readonly tf.Tensor[]): tf.Tensor {
  return terms.length === 1 ? (terms[0] as tf.Tensor) : tf.addN([...terms]);
}

/** Runs the model forward. */
export function runModel(
  adapter: ModelAdapter,
  tensors: BatchTensors,
  training: boolean,
): ModelRun {
  const forward = { ...adapter.forward(tensors.inputs, training), tensors };
  const losses = (): tf.Tensor1D => {
    if (adapter.outputs.length === 0) return tf.zerosLike(tensors.weights);
    const terms = adapter.outputs.map(({ head, lossWeight }, at) =>
      scaled(head.losses(...outputOf(forward, at)), lossWeight),
    );
    return tf.mul(total(terms), tensors.weights);
  };
  return { ...forward, adapter, losses };
}

/**
 * Computes the upper bound of every example's gradient norm, up to a common constant:
 * s = w √(Σ_k λ_k² ‖∂ℓ_k/∂z_k‖²), w the example's weight, λ_k the outputs' loss weights.
 *
 * @see Katharopoulos & Fleuret 2018, eq. 16 to 20
 */
function upperBound(run: ModelRun): tf.Tensor1D {
  const squares = run.adapter.outputs.map(({ head, lossWeight }, at) => {
    const gradient = head.gradient(...outputOf(run, at));
    return scaled(tf.sum(tf.square(gradient), rowAxes(gradient)), lossWeight ** 2);
  });
  return tf.mul(tf.sqrt(total(squares)), tf.abs(run.tensors.weights));
}

/** Joins a tensor of each output row by row, [B, D]. */
function joined(tensors: readonly tf.Tensor[]): tf.Tensor {
  const flat = tensors.map((tensor) => tf.reshape(tensor, [tensor.shape[0], -1]));
  return flat.length === 1 ? (flat[0] as tf.Tensor) : tf.concat(flat, 1);
}

function probabilities({ adapter, outputs }: ModelRun): tf.Tensor {
  return joined(adapter.outputs.map(({ head }, at) => head.predictions(outputs[at] as tf.Tensor)));
}

/** Computes ∂ℓ/∂z of every example, its weight and the outputs' loss weights included, [B, D]. */
function outputGradient(run: ModelRun): tf.Tensor {
  const gradients = run.adapter.outputs.map(({ head, lossWeight }, at) =>
    scaled(head.gradient(...outputOf(run, at)), lossWeight),
  );
  return tf.mul(joined(gradients), tf.reshape(run.tensors.weights, [-1, 1]));
}

/** Computes the signals that come with a forward pass. */
const PASS_SIGNALS: ReadonlyMap<Signal, (run: ModelRun) => tf.Tensor> = new Map([
  ["loss", (run) => run.losses()],
  ["upper-bound", upperBound],
  ["probabilities", probabilities],
  ["embedding", (run) => joined(run.outputs)],
  ["output-gradient", outputGradient],
] as const);

/** Computes a signal that comes with a forward pass. */
export function passSignal(name: Signal, run: ModelRun): tf.Tensor {
  const compute = PASS_SIGNALS.get(name);
  if (compute !== undefined) return compute(run);
  throw new UnequalError("SIGNAL_UNAVAILABLE", `A training pass does not give "${name}".`);
}

/** Computes a compiled metric: one value for each example, [B], or one number where it is made so. */
export function metricValues(run: ModelRun, { output, compute }: ModelMetric): tf.Tensor {
  const { head } = run.adapter.outputs[output] as ModelOutput;
  const [z, y, mask] = outputOf(run, output);
  if (compute === "loss") return tf.mul(head.losses(z, y, mask), run.tensors.weights);
  const values = compute(y, head.predictions(z));
  if (values.rank === 0 || values.shape[0] !== z.shape[0]) return tf.mean(values);
  return tf.mean(values, rowAxes(values));
}
