import type { Clock } from "../contracts/clock.js";
import type { Dataset } from "../contracts/dataset.js";
import type { Learner } from "../contracts/learner.js";
import type { Scoring } from "../contracts/scoring.js";

function product(size: number, factors: readonly (Float32Array | undefined)[]): Float32Array {
  const out = new Float32Array(size).fill(1);
  for (const factor of factors)
    factor?.forEach((value, row) => (out[row] = (out[row] as number) * value));
  return out;
}

/** Scores candidates on the learner itself, before the step that trains on them: their age is 0. */
export function inlineScoring(parts: {
  readonly dataset: Dataset;
  readonly learner: Learner;
  readonly clock: Clock;
}): Scoring {
  const { dataset, learner, clock } = parts;
  const labels = dataset.labels?.();
  return {
    submit: async ({ ids, keys, weights, signals, version }) => {
      const started = clock.now();
      const host = await dataset.take(ids, keys);
      const total = product(ids.length, [host.weights, weights]);
      const batch = learner.upload({ ...host, weights: total });
      const loaded = clock.now();
      try {
        const computed = signals.length > 0 ? await learner.compute(signals, batch) : {};
        const pool = {
          ids,
          keys,
          weights: total,
          ...(labels && { labels: Int32Array.from(ids, (id) => labels[id] as number) }),
          signals: computed,
          version,
        };
        return { pool, batch, durations: { load: loaded - started, score: clock.now() - loaded } };
      } catch (error) {
        batch.dispose();
        throw error;
      }
    },
    dispose: async () => {},
  };
}
