import * as tf from "@tensorflow/tfjs";
import { seeded, type FitCase } from "./output-models.js";

/** Rows of each batch. */
export const FIXED = 4;

const random = (seed: number) => tf.initializers.randomUniform({ minval: -0.8, maxval: 0.8, seed });

/** Numbers of their own for every place, [rows, …shape]. */
export function waves(count: number, shape: readonly number[]): tf.Tensor {
  const size = shape.reduce((a, b) => a * b, count);
  const values = Float32Array.from({ length: size }, (_, at) => Math.sin(1 + 1.7 * at));
  return tf.tensor(values, [count, ...shape]);
}

type Recurrent = "simpleRNN" | "lstm" | "gru";

/** Layers that read sequences [3, 2] and keep their state from batch to batch. */
function statefulLayer(kind: Recurrent, stateful: boolean): tf.layers.Layer {
  const options = {
    units: 3,
    stateful,
    kernelInitializer: random(3),
    recurrentInitializer: random(4),
    batchInputShape: [FIXED, 3, 2],
  };
  return tf.layers[kind](options);
}

function compiled(...layers: tf.layers.Layer[]): tf.LayersModel {
  const model = tf.sequential({ layers });
  model.compile({ optimizer: tf.train.sgd(0.2), loss: "meanSquaredError", metrics: ["mae"] });
  return model;
}

/** A model with a recurrent layer that keeps its state, and twelve examples for it. */
export function statefulCase(kind: Recurrent, stateful = true): FitCase {
  const model = compiled(statefulLayer(kind, stateful), seeded(1));
  return { model, x: waves(12, [3, 2]), y: waves(12, [1]) };
}

/** A model that keeps its state in both directions. */
export function statefulInBothDirections(): FitCase {
  const layer = statefulLayer("gru", true);
  const both = tf.layers.bidirectional({
    layer: layer as never,
    mergeMode: "concat",
    batchInputShape: [FIXED, 3, 2],
  });
  return { model: compiled(both, seeded(1)), x: waves(12, [3, 2]), y: waves(12, [1]) };
}

/** A model that insists on batches of four, or one that is like it in all else, and examples for it. */
export function fixedCase(fixed: boolean, count = 12): FitCase {
  const shape = fixed ? { batchInputShape: [FIXED, 3, 2] } : { inputShape: [3, 2] };
  const steps = tf.layers.timeDistributed({ layer: seeded(2, "tanh"), ...shape });
  const model = compiled(steps, tf.layers.flatten(), seeded(1));
  return { model, x: waves(count, [3, 2]), y: waves(count, [1]) };
}

/** So many examples to validate on. */
export function validationOf(count: number): [tf.Tensor, tf.Tensor] {
  return [waves(count, [3, 2]), waves(count, [1])];
}
