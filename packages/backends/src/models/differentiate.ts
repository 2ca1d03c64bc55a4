import * as tf from "@tensorflow/tfjs";
import { weightProduct, type Signal, type StepResult, type WeightedRows } from "@unequal/core";
import { explainConstantLoss } from "../heads/explain-constant-loss.js";
import { explainMissingKernel } from "./explain-missing-kernel.js";
import { gatherRows, type BatchTensors } from "./device-batch.js";
import type { ModelAdapter } from "./model-adapter.js";
import { readColumns } from "./read-columns.js";
import { metricValues, passSignal, runModel, type ModelRun } from "./run-model.js";
import { withSeededNoise } from "./seeded-noise.js";

/** A run whose tensors, its losses among them, outlive the pass. */
interface KeptRun extends ModelRun {
  readonly owned: readonly tf.Tensor[];
}

/** Asks for the gradient of Σ coefficient · ℓ. */
export interface PassRequest {
  readonly noise: number;
  readonly training: boolean;
  readonly regulariser: boolean;
  readonly signals: readonly Signal[];
}

/** The gradient by variable name, owned by the caller, and what is still to be read back of the pass. */
export interface Differentiated {
  readonly gradients: tf.NamedTensorMap;
  readonly found: ReadonlyMap<string, tf.Tensor>;
}

function keepRun(run: ModelRun, losses: tf.Tensor1D): KeptRun {
  const owned: tf.Tensor[] = [];
  const keep = <T extends tf.Tensor>(tensor: T): T => {
    const kept = tf.keep(tf.clone(tensor));
    owned.push(kept);
    return kept;
  };
  const outputs = run.outputs.map(keep);
  const masks = run.masks.map((mask) => mask && keep(mask));
  const found = keep(losses);
  return { ...run, outputs, masks, losses: () => found, owned };
}

function objective(run: ModelRun, coefficients: Float32Array, regulariser: boolean): tf.Scalar {
  const total: tf.Scalar = tf.sum(tf.mul(run.losses(), tf.tensor1d(coefficients)));
  const penalty = regulariser ? run.adapter.regularisation() : undefined;
  return penalty === undefined ? total : tf.add(total, penalty);
}

function foundOf(run: ModelRun, signals: readonly Signal[]): tf.NamedTensorMap {
  const found: tf.NamedTensorMap = {};
  for (const name of new Set<Signal>(["loss", ...signals])) {
    found[`signal ${name}`] = tf.clone(passSignal(name, run));
  }
  for (const metric of run.adapter.metrics) {
    found[`${metric.compute === "loss" ? "output-loss" : "metric"} ${metric.name}`] = tf.clone(
      metricValues(run, metric),
    );
  }
  return found;
}

/** Runs one forward and backward pass over the rows, synchronously; the noise is a function of its seed. */
export function differentiate(
  adapter: ModelAdapter,
  rows: WeightedRows,
  request: PassRequest,
): Differentiated {
  const kept: KeptRun[] = [];
  const forwardAndBackward = (tensors: BatchTensors): tf.NamedTensorMap => {
    const objectiveOfRows = (): tf.Scalar => {
      const run = runModel(adapter, tensors, request.training);
      const losses = run.losses();
      kept.push(keepRun(run, losses));
      return objective({ ...run, losses: () => losses }, rows.coefficients, request.regulariser);
    };
    const { layers } = adapter;
    const variables = [...adapter.variables()];
    const pass = () => tf.variableGrads(objectiveOfRows, variables);
    const noisy = () => withSeededNoise(request.noise, layers, pass);
    return explainConstantLoss(() => explainMissingKernel(noisy)).grads;
  };
  try {
    const [gradients, found] = tf.tidy((): [tf.NamedTensorMap, tf.NamedTensorMap] => {
      const tensors = gatherRows(rows.batch, rows.rows);
      const grads = forwardAndBackward(tensors);
      return [grads, foundOf(kept[0] as ModelRun, request.signals)];
    });
    return { gradients, found: new Map(Object.entries(found)) };
  } finally {
    for (const { owned } of kept) tf.dispose([...owned]);
  }
}

function weightedSum(values: Float32Array, coefficients: Float32Array): number {
  return values.reduce((sum, value, at) => sum + value * (coefficients[at] ?? 0), 0);
}

/**
 * Reads back what a pass found: Σ coefficient · value for losses, whose values have a first stage's weight in them, and
 * metrics, whose values have not, and the signals of the rows.
 */
export async function readStepResult(
  found: ReadonlyMap<string, tf.Tensor>,
  { coefficients, weights }: Pick<WeightedRows, "coefficients" | "weights">,
): Promise<StepResult> {
  const whole = weightProduct(coefficients.length, [coefficients, weights]);
  const columns = await readColumns(found);
  const signals: Record<string, Float32Array> = {};
  const metrics: Record<string, number> = {};
  for (const [key, values] of columns) {
    const [kind, ...rest] = key.split(" ");
    const name = rest.join(" ");
    if (kind === "signal") signals[name] = values;
    else
      metrics[name] =
        values.length === coefficients.length
          ? weightedSum(values, kind === "metric" ? whole : coefficients)
          : (values[0] ?? Number.NaN);
  }
  return { loss: weightedSum(signals.loss ?? new Float32Array(), coefficients), metrics, signals };
}
