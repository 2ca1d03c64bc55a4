import type { Reference } from "../contracts/estimator.js";
import type { Dataset } from "../contracts/dataset.js";
import type { Examples } from "../contracts/sampler.js";
import { everyRow } from "./every-row.js";
import type { TrainerParts } from "./trainer-parts.js";

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

/** Makes the walk of estimators over the dataset, in batches as large as a pool. */
export function referenceOf(
  { dataset, inline, presample }: TrainerParts,
  version: number,
): Reference {
  return {
    size: dataset.size,
    walk: async (visit, named) => {
      for (const ids of chunksOf(named ?? dataset.size, presample)) {
        const keys = new Uint32Array(ids.length);
        const candidates = await inline.submit({ ids, keys, signals: [], version });
        try {
          const { batch } = await candidates.load(everyRow(ids.length));
          await visit(batch, ids);
        } finally {
          candidates.dispose();
        }
      }
    },
  };
}
