import type { Observation, Scorer } from "@unequal/core";

/**
 * Scores what a sampler observes, [rows], as if it were a pool: without augmentation, every weight 1, `labels` [N] by id.
 * Only what a scorer reads off the rest of the pool is lost.
 */
export function scoreObserved(
  { score }: Scorer,
  { ids, signals, version }: Observation,
  labels: Int32Array | undefined,
): Float32Array {
  return score({
    ids,
    keys: new Uint32Array(ids.length),
    weights: new Float32Array(ids.length).fill(1),
    ...(labels && { labels: Int32Array.from(ids, (id) => labels[id] as number) }),
    signals,
    version,
  });
}
