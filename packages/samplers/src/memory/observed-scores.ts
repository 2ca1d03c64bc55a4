import { scoresOf, UnequalError, type Observation, type Pool, type Scorer } from "@unequal/core";

/** Makes a pool of the rows of an observation, unaugmented, every weight 1. */
export function observedPool(observation: Observation): Pool {
  const { ids, labels, signals, scoredAt } = observation;
  return {
    ids,
    keys: new Uint32Array(ids.length),
    weights: new Float32Array(ids.length).fill(1),
    ...(labels && { labels }),
    signals,
    scoredAt,
  };
}

/**
 * Scores the rows of an observation, [rows], as they would score without a first stage; undefined where the step did
 * not bring the signals that the scorer needs.
 * @throws SCORE_NOT_FINITE naming the example
 */
export function observedScores(observation: Observation, scorer: Scorer): Float32Array | undefined {
  const { ids } = observation;
  if (scorer.requires.some((name) => observation.signals[name] === undefined)) return undefined;
  const scores = scoresOf(scorer, observedPool(observation));
  const row = scores.findIndex((score) => !(score >= 0 && score < Infinity));
  if (row < 0) return scores;
  throw new UnequalError(
    "SCORE_NOT_FINITE",
    `Remembered scores must be finite and ≥ 0, but example ${ids[row]} scored ${scores[row]}. Look at that example and at the learning rate.`,
  );
}

/**
 * Scores the rows of an observation for a sampler that learns from training passes alone.
 * @throws SIGNAL_UNAVAILABLE if these do not bring what the scorer needs; SCORE_NOT_FINITE naming the example
 */
export function trainedScores(
  observation: Observation,
  scorer: Scorer,
  sampler: string,
): Float32Array {
  const scores = observedScores(observation, scorer);
  if (scores !== undefined) return scores;
  throw new UnequalError(
    "SIGNAL_UNAVAILABLE",
    `The sampler "${sampler}" learns from training passes alone, which bring ${Object.keys(observation.signals).join(", ")}, but its scorer needs ${scorer.requires.join(", ")}. Give it a scorer of free signals, such as "loss" or "upper-bound".`,
  );
}
