import { UnequalError, type Dataset, type Evaluation } from "@unequal/core";
import { computeSignals } from "./compute-signals.js";
import { uploadBatch } from "./device-batch.js";
import type { ModelAdapter } from "./model-adapter.js";

const MOST = 2000;

/** Names at most 2,000 ids, evenly spread over the dataset. */
function spreadIds(size: number): Uint32Array {
  const count = Math.min(size, MOST);
  return Uint32Array.from({ length: count }, (_, at) => Math.floor((at * size) / count));
}

/** Divides a vector by its length; zeros stay. */
function unit(vector: Float32Array): Float64Array {
  const length = Math.hypot(...vector);
  return Float64Array.from(vector, (value) => (length > 0 ? value / length : 0));
}

/** The outputs of the examples, normalised. */
async function embed(
  adapter: ModelAdapter,
  {
    dataset,
    ids,
    batchSize,
  }: { readonly dataset: Dataset; readonly ids: Uint32Array; readonly batchSize: number },
): Promise<readonly Float64Array[]> {
  const vectors: Float64Array[] = [];
  for (let begin = 0; begin < ids.length; begin += batchSize) {
    const some = ids.slice(begin, begin + batchSize);
    const batch = uploadBatch(adapter, await dataset.take(some, new Uint32Array(some.length)));
    try {
      const request = { batch, chunk: batchSize, note: () => undefined };
      const signals = await computeSignals(adapter, ["embedding"], request);
      const values = signals.embedding ?? new Float32Array();
      const width = values.length / some.length;
      for (let at = 0; at < values.length; at += width)
        vectors.push(unit(values.subarray(at, at + width)));
    } finally {
      batch.dispose();
    }
  }
  return vectors;
}

/** Squared distance, given up (as infinite) once it is no smaller than `bound`. */
function distanceBelow(a: Float64Array, b: Float64Array, bound: number): number {
  let sum = 0;
  for (let at = 0; at < a.length; at++) {
    sum += ((a[at] as number) - (b[at] as number)) ** 2;
    if (sum >= bound) return Infinity;
  }
  return sum;
}

/** Finds the vector nearest to one, itself left out: the first of equals. */
function nearest(vectors: readonly Float64Array[], to: number): number {
  const [own = new Float64Array()] = vectors.slice(to, to + 1);
  let found = -1;
  let least = Infinity;
  vectors.forEach((vector, at) => {
    if (at === to) return;
    const distance = distanceBelow(own, vector, least);
    if (distance < least) [found, least] = [at, distance];
  });
  return found;
}

/**
 * Evaluates a model without a loss as a metric: `error` = 1 − precision@1, the share of examples whose nearest other
 * example, by squared distance of normalised outputs in inference mode, is of another class; `loss` is the same
 * number. Of larger datasets 2,000 examples, evenly spread, stand for all. O(n² D).
 *
 * @throws LABELS_MISSING
 */
export async function evaluateEmbedding(
  adapter: ModelAdapter,
  dataset: Dataset,
  batchSize: number,
): Promise<Evaluation> {
  const labels = dataset.labels?.();
  if (labels === undefined) {
    throw new UnequalError(
      "LABELS_MISSING",
      `A model trained with loss "none" is evaluated by the classes of nearest neighbours, but the dataset "${dataset.name}" has no labels. Use a dataset whose labels() are classes.`,
    );
  }
  const ids = spreadIds(dataset.size);
  const vectors = await embed(adapter, { dataset, ids, batchSize });
  const labelOf = (at: number): number | undefined => labels[ids[at] as number];
  const wrong = vectors.filter((_, at) => labelOf(nearest(vectors, at)) !== labelOf(at)).length;
  const error = vectors.length === 0 ? 0 : wrong / vectors.length;
  return { loss: error, metrics: { error } };
}
