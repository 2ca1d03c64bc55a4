import {
  cumulativeSum,
  defineSampler,
  restored,
  selectEvery,
  specSchema,
  UnequalError,
  type DatasetFacts,
} from "@unequal/core";
import { z } from "zod";
import { drawIds, type Distribution } from "../draws/distribution.js";
import { trainedScores } from "../memory/observed-scores.js";
import { loss } from "../scorers/loss.js";

/** What is known of the scores of each class, [C]: moving sums of 1, s and s². */
interface Moments {
  readonly weight: Float64Array;
  readonly sum: Float64Array;
  readonly squares: Float64Array;
}

/** The examples of each class. */
interface Classes {
  /** Number of the class of each id, 0 … C − 1, [N]. */
  readonly of: Int32Array;
  readonly members: readonly Uint32Array[];
}

/** Groups ids by label. @throws LABELS_MISSING */
function classesOf({ size, labels }: DatasetFacts): Classes {
  if (labels === undefined) {
    throw new UnequalError(
      "LABELS_MISSING",
      'The sampler "per-class" goes by class, but the dataset does not know its labels. Give it labels(), or use the sampler "history".',
    );
  }
  const numbers = new Map<number, number>();
  const members: number[][] = [];
  const of = Int32Array.from({ length: size }, (_, id) => {
    const label = labels[id] as number;
    const number = numbers.get(label) ?? numbers.size;
    numbers.set(label, number);
    (members[number] ??= []).push(id);
    return number;
  });
  return { of, members: members.map((ids) => Uint32Array.from(ids)) };
}

function emptyMoments(classes: number): Moments {
  const zeros = (): Float64Array => new Float64Array(classes);
  return { weight: zeros(), sum: zeros(), squares: zeros() };
}

/** Computes μ + σ of each class seen; the mean of these for the others, 1 where there are none. */
function scoresOf({ weight, sum, squares }: Moments): Float64Array {
  const scores = sum.map((total, at) => {
    const mean = total / (weight[at] as number);
    return (
      mean + Math.sqrt(Math.max(0, (squares[at] as number) / (weight[at] as number) - mean ** 2))
    );
  });
  const seen = scores.filter((score) => !Number.isNaN(score));
  const mean = seen.reduce((total, score) => total + score, 0) / seen.length;
  return scores.map((score) => (Number.isNaN(score) ? (seen.length === 0 ? 1 : mean) : score));
}

/** Draws a class by n_c ((1 − u) s_c / Σ n s + u / N), then one of its examples. */
function lawOf({ of, members }: Classes, moments: Moments, uniform: number): Distribution {
  const size = of.length;
  const scores = scoresOf(moments);
  const total = members.reduce((sum, ids, at) => sum + ids.length * (scores[at] as number), 0);
  const chances = scores.map((score) =>
    total === 0 ? 1 / size : uniform / size + ((1 - uniform) * score) / total,
  );
  const line = cumulativeSum(chances.map((p, at) => p * (members[at]?.length ?? 0)));
  return {
    size,
    probability: (id) => chances[of[id] as number] as number,
    draw: (random) => {
      const ids = members[line.find(random.uniform() * line.total)] as Uint32Array;
      return ids[random.integer(ids.length)] as number;
    },
  };
}

/**
 * Draws examples by the score that their class makes expect, s_c = μ_c + σ_c, with the mean and the deviation of the
 * scores seen of class c, moving averages m ← α m + (1 − α) s divided by 1 − αⁿ:
 * p_i = u/N + (1 − u) s_c(i) / Σ_j s_c(j). Nothing is scored for it, and nothing kept of single examples. O(C + b log C).
 *
 * @throws LABELS_MISSING; SIGNAL_UNAVAILABLE if training passes do not bring what the scorer needs; SCORE_NOT_FINITE
 * @see Katharopoulos & Fleuret's library, PerClassGaussian
 */
export const perClass = defineSampler({
  name: "per-class",
  summary: "Examples by mean + deviation of the scores seen of their class.",
  paper: "Katharopoulos & Fleuret 2018, the authors' library",
  unbiased: true,
  options: z.strictObject({
    scorer: specSchema("scorer", loss()).describe("what is averaged"),
    momentum: z.number().min(0).lt(1).default(0.9).describe("α of the moving averages"),
    uniform: z.number().min(0).max(1).default(0.1).describe("u, the share of uniform draws"),
  }),
  facts: ({ scorer }, factsOf) => ({
    proposes: true,
    requires: factsOf("scorer", scorer).requires,
  }),
  setup: ({ scorer: spec, momentum, uniform }, { random, use }) => {
    const scorer = use("scorer", spec);
    let classes: Classes = { of: new Int32Array(0), members: [] };
    let moments = emptyMoments(0);
    const learn = (number: number, score: number): void => {
      for (const [sums, value] of [
        [moments.weight, 1],
        [moments.sum, score],
        [moments.squares, score ** 2],
      ] as const)
        sums[number] = momentum * (sums[number] as number) + (1 - momentum) * value;
    };
    return {
      bind: (facts) => {
        classes = classesOf(facts);
        moments = emptyMoments(classes.members.length);
      },
      propose: (count) => drawIds(lawOf(classes, moments, uniform), count, random),
      select: selectEvery,
      observe: (observation) => {
        trainedScores(observation, scorer, "per-class").forEach((score, row) =>
          learn(classes.of[observation.ids[row] as number] as number, score),
        );
      },
      state: () => structuredClone({ version: 1, ...moments }),
      restore: (state) => {
        moments = restored<Moments>(state, 1, "per-class");
      },
    };
  },
});
