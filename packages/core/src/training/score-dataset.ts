import type { Dataset } from "../contracts/dataset.js";
import type { Learner } from "../contracts/learner.js";
import type { Pool } from "../contracts/pool.js";
import type { Scorer } from "../contracts/scorer.js";
import type { SignalSource } from "../contracts/signal-source.js";
import type { Signal } from "../contracts/signals.js";
import { UnequalError } from "../errors.js";
import { streamed } from "./scoring/inline-scoring.js";
import { inlineScoring } from "./scoring/inline-scoring.js";
import { joinPools } from "./pools/join-pools.js";
import { scoresOf } from "./scoring/score-pool.js";
import { addSignals, checkOffered } from "./scoring/signal-sources.js";
import { systemClock } from "../system-clock.js";
import { chunksOf } from "./pools/chunks.js";

/** What {@link scoreDataset} scores by, and how. */
export interface ScoreDatasetOptions {
  /** A scorer, or the name of a signal that is one number for each example. */
  readonly by: Scorer | Signal;
  /** Signals that the model does not offer. */
  readonly signals?: readonly SignalSource[];
  /** Rows loaded at a time; default 256. */
  readonly chunk?: number;
}

function asScorer(by: Scorer | Signal): Scorer {
  if (typeof by !== "string") return by;
  return { requires: [by], score: ({ signals }) => signals[by] ?? new Float32Array() };
}

function checkScores(scores: Float32Array, size: number): void {
  if (scores.length !== size) {
    throw new UnequalError(
      "SIGNAL_UNAVAILABLE",
      `A score must be one number for each example, but there are ${scores.length} for ${size}. Name a scorer, or a signal such as "loss" that is no vector.`,
    );
  }
  const id = scores.findIndex((score) => !Number.isFinite(score));
  if (id < 0) return;
  throw new UnequalError(
    "SCORE_NOT_FINITE",
    `Scores must be finite, but example ${id} scored ${scores[id]}. Look at that example, and whether the model's training diverged.`,
  );
}

/**
 * Scores every example of a dataset once, unaugmented and in inference mode, with the model as it is: [N], by id. What
 * a model trained on other data finds here is what `byId` offers to RHO-LOSS; what models early in training find, and
 * the mean over several of them, is what data are pruned by. O(N) forward passes; all signals are held at a time.
 *
 * @throws SIGNAL_UNAVAILABLE, SCORES_INVALID, SCORE_NOT_FINITE naming the example
 */
export async function scoreDataset(
  learner: Learner,
  dataset: Dataset,
  { by, signals: sources = [], chunk = 256 }: ScoreDatasetOptions,
): Promise<Float32Array> {
  if (!Number.isInteger(chunk) || chunk < 1) {
    throw new UnequalError("OPTION_INVALID", `chunk must be a positive integer, but is ${chunk}.`);
  }
  if (dataset.size === 0)
    throw new UnequalError("DATASET_EMPTY", "The dataset is empty. Give it at least one example.");
  const scorer = asScorer(by);
  checkOffered(scorer.requires, learner, sources);
  const labels = dataset.labels?.();
  for (const source of sources) source.bind?.({ size: dataset.size, ...(labels && { labels }) });
  const scoring = addSignals(
    inlineScoring({
      dataset,
      learner,
      loader: streamed({ dataset, learner }),
      clock: systemClock,
    }),
    sources,
  );
  const pools: Pool[] = [];
  for (const ids of chunksOf(dataset.size, chunk)) {
    const keys = new Uint32Array(ids.length);
    const request = { ids, keys, signals: scorer.requires, scoredAt: 0 };
    const { pool, dispose } = await scoring.submit(request);
    dispose();
    pools.push(pool);
  }
  const pool = joinPools(pools);
  const scores = typeof by === "string" ? scorer.score(pool) : scoresOf(by, pool);
  checkScores(scores, dataset.size);
  return scores;
}
