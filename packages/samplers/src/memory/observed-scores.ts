import {
  scoresOf,
  UnequalError,
  type Observation,
  type Pool,
  type Scorer,
  type Signals,
} from "@unequal/core";

/** Signals that an example's weight is a factor of, that of a first stage too. */
const WEIGHED = new Set(["loss", "upper-bound", "gradient-norm", "output-gradient"]);

/** Divides signals by the first stage's weight of each row. */
function unweighed({ ids, signals, weights }: Observation): Signals {
  if (weights === undefined) return signals;
  const divide = (values: Float32Array): Float32Array => {
    const width = values.length / ids.length;
    return values.map((value, at) => value / (weights[Math.floor(at / width)] as number));
  };
  const entries = Object.entries(signals).map(
    ([name, values]) => [name, WEIGHED.has(name) ? divide(values) : values] as const,
  );
  return Object.fromEntries(entries);
}

/** Makes a pool of the rows of an observation, as they would be without a first stage: unaugmented, every weight 1. */
export function observedPool(observation: Observation): Pool {
  const { ids, labels, scoredAt } = observation;
  return {
    ids,
    keys: new Uint32Array(ids.length),
    weights: new Float32Array(ids.length).fill(1),
    ...(labels && { labels }),
    signals: unweighed(observation),
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
