import type { Dataset } from "../../contracts/dataset.js";
import type { Examples } from "../../contracts/sampler.js";

/** Cuts ids into runs of at most `size`; all ids of the dataset, in its own order, where none are named. */
export function* chunksOf(ids: Uint32Array | number, size: number): Iterable<Uint32Array> {
  const length = typeof ids === "number" ? ids : ids.length;
  for (let from = 0; from < length; from += size) {
    const count = Math.min(size, length - from);
    yield typeof ids === "number"
      ? Uint32Array.from({ length: count }, (_, at) => from + at)
      : ids.slice(from, from + count);
  }
}

/** Reads every example of a dataset once, on the host. */
export async function* readDataset(dataset: Dataset, size: number): AsyncIterable<Examples> {
  for (const ids of chunksOf(dataset.size, size))
    yield { ids, batch: await dataset.take(ids, new Uint32Array(ids.length)) };
}
