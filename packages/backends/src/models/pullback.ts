import * as tf from "@tensorflow/tfjs";
import type { GradientOptions, Learner, WeightedRows } from "@unequal/core";
import { gatherRows } from "./device-batch.js";
import { explainConstantLoss } from "../heads/explain-constant-loss.js";
import { explainMissingKernel } from "./explain-missing-kernel.js";
import type { ModelAdapter } from "./model-adapter.js";
import { passSignal, runModel } from "./run-model.js";
import { withSeededNoise } from "./seeded-noise.js";

type Rows = Pick<WeightedRows, "batch" | "rows">;

/** Runs a pass and puts the statistics that it moved back. */
function withStatisticsKept<T>(adapter: ModelAdapter, run: () => T): T {
  const statistics = adapter.statistics();
  const kept = statistics.map((variable) => tf.clone(variable as tf.Tensor));
  try {
    return run();
  } finally {
    statistics.forEach((variable, at) => variable.assign(kept[at] as tf.Tensor));
    tf.dispose(kept);
  }
}

/** The rows' outputs z, [rows, D], under the pass's noise. */
function outputsOf(adapter: ModelAdapter, { batch, rows }: Rows, training: boolean): tf.Tensor {
  return passSignal("embedding", runModel(adapter, gatherRows(batch, rows), training));
}

/**
 * Computes Jᵀc for c = cotangent(z), by variable name: a pass forward whose z is read back, and one forward and
 * backward of Σ c · z with the same noise. Two forward passes and one backward; z never waits for the engine.
 */
export async function pullBack(
  adapter: ModelAdapter,
  rows: Rows,
  {
    cotangent,
    noise,
    mode,
    regulariser,
    at,
  }: Omit<GradientOptions, "at"> & {
    readonly cotangent: Parameters<Learner["pullback"]>[1];
    /** Runs a synchronous pass at the parameters that are meant. */
    readonly at: <T>(run: () => T) => T;
  },
): Promise<tf.NamedTensorMap> {
  const training = mode === "training";
  const seeded = <T>(run: () => T): T =>
    at(() => explainMissingKernel(() => withSeededNoise(noise, adapter.layers, run)));
  const z = seeded(() =>
    tf.tidy(() => withStatisticsKept(adapter, () => tf.clone(outputsOf(adapter, rows, training)))),
  );
  const shape = z.shape;
  const values = (await z.data().finally(() => {
    z.dispose();
  })) as Float32Array;
  const c = cotangent(values);
  return tf.tidy(() => {
    const weights = tf.tensor(c, shape);
    const objective = (): tf.Scalar => {
      const total: tf.Scalar = tf.sum(tf.mul(outputsOf(adapter, rows, training), weights));
      const penalty = regulariser ? adapter.regularisation() : undefined;
      return penalty === undefined ? total : tf.add(total, penalty);
    };
    const pass = () => seeded(() => tf.variableGrads(objective, [...adapter.variables()]).grads);
    return explainConstantLoss(pass);
  });
}
