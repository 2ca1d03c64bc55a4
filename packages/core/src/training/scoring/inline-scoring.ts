import type { Clock } from "../../contracts/clock.js";
import type { Dataset } from "../../contracts/dataset.js";
import type { Learner } from "../../contracts/learner.js";
import type { Scoring } from "../../contracts/scoring.js";
import type { ExampleLoader } from "./example-loader.js";

/** Scores candidates on the learner itself, before the step that trains on them: their age is 0. */
export function inlineScoring(parts: {
  readonly dataset: Dataset;
  readonly learner: Learner;
  readonly loader: ExampleLoader;
  readonly clock: Clock;
}): Scoring {
  const { dataset, learner, loader, clock } = parts;
  const labels = dataset.labels?.();
  return {
    submit: async ({ ids, keys, weights: extra, signals, scoredAt }) => {
      const started = clock.now();
      const { batch, weights } = await loader.load(ids, keys, extra);
      const loaded = clock.now();
      try {
        const computed = signals.length > 0 ? await learner.compute(signals, batch) : {};
        const pool = {
          ids,
          keys,
          weights,
          ...(labels && { labels: Int32Array.from(ids, (id) => labels[id] as number) }),
          signals: computed,
          scoredAt,
        };
        return {
          pool,
          load: (rows) => Promise.resolve({ batch, rows }),
          dispose: () => batch.dispose(),
          durations: { load: loaded - started, score: clock.now() - loaded },
        };
      } catch (error) {
        batch.dispose();
        throw error;
      }
    },
    dispose: () => loader.dispose(),
  };
}
