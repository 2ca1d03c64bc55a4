import {
  defineSampler,
  nextAverage,
  restored,
  scheduled,
  specSchema,
  type Stateful,
} from "@unequal/core";
import { z } from "zod";
import { smoothedFacts, smoothScores } from "./smooth-scores.js";

/** A moving average m ← β m + (1 − β) x, divided by 1 − βᵗ, t updates made. */
interface MovingAverage extends Stateful {
  /** Returns the average as it would be after x; changes nothing. */
  readonly after: (value: number) => number;
  readonly update: (value: number) => void;
}

function movingAverage(momentum: number): MovingAverage {
  let moment = 0;
  let weight = 0;
  const next = (held: number, value: number): number => nextAverage(held, value, momentum);
  return {
    after: (value) => next(moment, value) / next(weight, 1),
    update: (value) => {
      moment = next(moment, value);
      weight = next(weight, 1);
    },
    state: () => ({ version: 1, moment, weight }),
    restore: (state) => {
      ({ moment, weight } = restored<{ moment: number; weight: number }>(state, 1, "adaptive"));
    },
  };
}

function mean(scores: Float32Array): number {
  return scores.reduce((sum, score) => sum + score, 0) / scores.length;
}

/**
 * Smooths scores by a share of their own size, s + q · m, before the inner sampler sees them. m is the
 * bias-corrected moving average of the pools' mean scores, the present pool included, so that the constant
 * follows the scores as they shrink.
 *
 * @throws OPTION_INVALID if the inner sampler does not draw by score
 * @see Katharopoulos & Fleuret's library, AdaptiveAdditiveSmoothingSampler
 */
export const adaptive = defineSampler({
  name: "adaptive",
  summary: "Draws by s + q · moving average of the mean score.",
  paper: "Katharopoulos & Fleuret 2018, the authors' library",
  unbiased: true,
  options: z.strictObject({
    of: specSchema("sampler").describe("the sampler that draws by the smoothed scores"),
    share: scheduled(z.number().nonnegative()).prefault(0.5).describe("q"),
    momentum: z.number().min(0).lt(1).default(0.9).describe("β of the moving average"),
  }),
  facts: ({ of }, factsOf) => smoothedFacts("adaptive", factsOf("sampler", of)),
  setup: ({ of, share, momentum }, { use }) => {
    const average = movingAverage(momentum);
    return smoothScores(use("sampler", of), {
      name: "adaptive",
      formula: (scores, progress) => {
        const constant = share(progress) * average.after(mean(scores));
        return (score) => score + constant;
      },
      learn: (scores) => average.update(mean(scores)),
      memory: average,
    });
  },
});
