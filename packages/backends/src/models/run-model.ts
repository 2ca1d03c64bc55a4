import * as tf from "@tensorflow/tfjs";
import type { Signal } from "@unequal/core";
import type { BatchTensors } from "./device-batch.js";
import type { ForwardResult, ModelAdapter } from "./model-adapter.js";

/** What one forward pass computed: opened outputs, and the losses of the examples, weights included, [B]. */
export interface ModelRun extends ForwardResult {
  readonly losses: tf.Tensor1D;
}

type Target = tf.Tensor;

/** Runs the model forward and computes the loss of each example: weight · Σ_k lossWeight_k ℓ_k. */
export function runModel(
  adapter: ModelAdapter,
  tensors: BatchTensors,
  training: boolean,
): ModelRun {
  const forward = adapter.forward(tensors.inputs, training);
  const terms = adapter.outputs.map(({ head, lossWeight }, at) => {
    const losses = head.losses(
      forward.outputs[at] as tf.Tensor,
      tensors.targets[at] as Target,
      forward.masks[at],
    );
    return lossWeight === 1 ? losses : tf.mul(losses, lossWeight);
  });
  return { ...forward, losses: tf.mul(tf.addN(terms), tensors.weights) };
}

/**
 * Computes the upper bound of every example's gradient norm, up to a common constant:
 * s = w √(Σ_k λ_k² ‖∂ℓ_k/∂z_k‖²), w the example's weight, λ_k the outputs' loss weights.
 *
 * @see Katharopoulos & Fleuret 2018, eq. 16 to 20
 */
export function upperBound(
  adapter: ModelAdapter,
  run: ForwardResult,
  tensors: BatchTensors,
): tf.Tensor1D {
  const squares = adapter.outputs.map(({ head, lossWeight }, at) => {
    const gradient = head.gradient(
      run.outputs[at] as tf.Tensor,
      tensors.targets[at] as Target,
      run.masks[at],
    );
    const axes = Array.from({ length: gradient.rank - 1 }, (_, axis) => axis + 1);
    return tf.mul(tf.sum(tf.square(gradient), axes), lossWeight ** 2);
  });
  return tf.mul(tf.sqrt(tf.addN(squares)), tf.abs(tensors.weights));
}

function probabilities(adapter: ModelAdapter, run: ForwardResult): tf.Tensor {
  const size = run.outputs[0]?.shape[0] ?? 0;
  const flat = adapter.outputs.map(({ head }, at) =>
    tf.reshape(head.predictions(run.outputs[at] as tf.Tensor), [size, -1]),
  );
  return flat.length === 1 ? (flat[0] as tf.Tensor) : tf.concat(flat, 1);
}

/** Computes a signal that comes with a forward pass. */
export function passSignal(
  name: Signal,
  adapter: ModelAdapter,
  run: ModelRun,
  tensors: BatchTensors,
): tf.Tensor {
  if (name === "loss") return run.losses;
  if (name === "upper-bound") return upperBound(adapter, run, tensors);
  return probabilities(adapter, run);
}

/** Computes a compiled metric: one value for each example, [B], or one number where it is made so. */
export function metricValues(
  adapter: ModelAdapter,
  at: number,
  run: ForwardResult,
  tensors: BatchTensors,
): tf.Tensor {
  const metric = adapter.metrics[at];
  if (metric === undefined) return tf.scalar(Number.NaN);
  const { head } = adapter.outputs[metric.output] ?? {};
  const z = run.outputs[metric.output] as tf.Tensor;
  const values = metric.compute(
    tensors.targets[metric.output] as Target,
    head?.predictions(z) ?? z,
  );
  if (values.rank === 0 || values.shape[0] !== z.shape[0]) return tf.mean(values);
  const axes = Array.from({ length: values.rank - 1 }, (_, axis) => axis + 1);
  return tf.mean(values, axes);
}
