import * as tf from "@tensorflow/tfjs";
import type { Batch, Dataset, Evaluation } from "@unequal/core";
import { tensorsOf, uploadBatch } from "./device-batch.js";
import type { ModelAdapter } from "./model-adapter.js";
import { readColumns } from "./read-columns.js";
import { metricValues, runModel, type ModelRun } from "./run-model.js";

function meansOf(run: ModelRun): tf.NamedTensorMap {
  const means: tf.NamedTensorMap = { loss: tf.mean(run.losses()) };
  for (const metric of run.adapter.metrics) {
    means[`metric ${metric.name}`] = tf.mean(metricValues(run, metric));
  }
  const [only, ...others] = run.adapter.outputs;
  const [z, y] = [run.outputs[0] as tf.Tensor, run.tensors.targets[0] as tf.Tensor];
  const errors = others.length === 0 ? only?.head.errors?.(z, y, run.masks[0]) : undefined;
  if (errors !== undefined) means["metric error"] = tf.mean(errors);
  return means;
}

function evaluateBatch(adapter: ModelAdapter, batch: Batch): ReadonlyMap<string, tf.Tensor> {
  const means = tf.tidy(() => meansOf(runModel(adapter, tensorsOf(batch), false)));
  return new Map(Object.entries(means));
}

/** Evaluation weighs no classes. */
function unweighed(adapter: ModelAdapter): ModelAdapter {
  const outputs = adapter.outputs.map(({ unweighed: head, ...output }) => ({
    ...output,
    head: head ?? output.head,
  }));
  return { ...adapter, outputs };
}

/**
 * Evaluates a dataset in its own order and in inference mode: means over the examples, a metric that gives
 * one number for a batch averaged over batches; `error` is the share of wrongly predicted classes.
 */
export async function evaluateModel(
  trained: ModelAdapter,
  dataset: Dataset,
  batchSize: number,
): Promise<Evaluation> {
  const adapter = unweighed(trained);
  const sums = new Map<string, number>();
  for (let begin = 0; begin < dataset.size; begin += batchSize) {
    const size = Math.min(batchSize, dataset.size - begin);
    const ids = Uint32Array.from({ length: size }, (_, at) => begin + at);
    const batch = uploadBatch(adapter, await dataset.take(ids, new Uint32Array(size)));
    try {
      const found = await readColumns(evaluateBatch(adapter, batch));
      for (const [name, [mean]] of found)
        sums.set(name, (sums.get(name) ?? 0) + (mean ?? Number.NaN) * size);
    } finally {
      batch.dispose();
    }
  }
  const metrics: Record<string, number> = {};
  for (const [name, sum] of sums)
    if (name !== "loss") metrics[name.slice("metric ".length)] = sum / dataset.size;
  return { loss: (sums.get("loss") ?? 0) / dataset.size, metrics };
}
