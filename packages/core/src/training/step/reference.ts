import type { Dataset } from "../../contracts/dataset.js";
import type { Reference } from "../../contracts/estimator.js";
import type { Scoring } from "../../contracts/scoring.js";
import { chunksOf } from "../pools/chunks.js";
import { everyRow } from "../pools/pick-examples.js";

/** What a walk over the dataset is made of. */
export interface ReferenceParts {
  readonly dataset: Dataset;
  readonly inline: Scoring;
  readonly presample: number;
}

/** Makes the walk of estimators over the dataset, in batches as large as a pool. */
export function referenceOf(
  { dataset, inline, presample }: ReferenceParts,
  scoredAt: number,
): Reference {
  return {
    size: dataset.size,
    walk: async (visit, named) => {
      for (const ids of chunksOf(named ?? dataset.size, presample)) {
        const keys = new Uint32Array(ids.length);
        const candidates = await inline.submit({ ids, keys, signals: [], scoredAt });
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
