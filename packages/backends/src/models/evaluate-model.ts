import * as tf from "@tensorflow/tfjs";
import type { Batch, Dataset, Evaluation } from "@unequal/core";
import { tensorsOf, uploadBatch } from "./device-batch.js";
import type { ModelAdapter } from "./model-adapter.js";
import { readColumns } from "./read-columns.js";
import { metricValues, runModel } from "./run-model.js";

function evaluateBatch(adapter: ModelAdapter, batch: Batch): Map<string, tf.Tensor> {
  const tensors = tensorsOf(batch);
  const results = tf.tidy(() => {
    const run = runModel(adapter, tensors, false);
    const [only, ...others] = adapter.outputs;
    const errors =
      others.length === 0
        ? only?.head.errors?.(
            run.outputs[0] as tf.Tensor,
            tensors.targets[0] as tf.Tensor,
            run.masks[0],
          )
        : undefined;
    return {
      loss: tf.mean(run.losses),
      metrics: adapter.metrics.map((_, at) => tf.mean(metricValues(adapter, at, run, tensors))),
      ...(errors && { error: tf.mean(errors) }),
    };
  });
  const columns = new Map<string, tf.Tensor>([["loss", results.loss]]);
  adapter.metrics.forEach(({ name }, at) =>
    columns.set(`metric ${name}`, results.metrics[at] as tf.Tensor),
  );
  if (results.error !== undefined) columns.set("metric error", results.error);
  return columns;
}

/**
 * Evaluates a dataset in its own order and in inference mode: means over the examples, a metric that gives
 * one number for a batch averaged over batches; `error` is the share of wrongly predicted classes.
 */
export async function evaluateModel(
  adapter: ModelAdapter,
  dataset: Dataset,
  batchSize: number,
): Promise<Evaluation> {
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
