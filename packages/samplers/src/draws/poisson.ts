import type { Draw } from "./draw.js";
import { inclusionProbabilities } from "./inclusion-probabilities.js";

/**
 * Takes each row by a coin of its own, with its inclusion probability π_i: no row comes up twice, and batches hold b
 * rows on average only, sometimes none. Var[times drawn] = π(1 − π), and no two rows know of each other, so that the
 * variance of any estimate is Σ(1 − π)/π (x/B)² exactly. O(B).
 *
 * @see Hájek, Asymptotic theory of rejective sampling, Ann. Math. Statist. 35 (1964)
 */
export const poisson: Draw = {
  expect: inclusionProbabilities,
  variance: (expected) => expected * (1 - expected),
  draw: (expected, random) =>
    Int32Array.from(expected.keys()).filter((row) => random.uniform() < (expected[row] as number)),
};
