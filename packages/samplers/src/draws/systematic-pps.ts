import type { Draw } from "./draw.js";
import { inclusionProbabilities } from "./inclusion-probabilities.js";

/**
 * Draws at equal distances without replacement: like `systematic`, but of inclusion probabilities π_i ≤ 1, so that no
 * row comes up twice; one that would is taken for certain. Var[times drawn] = π(1 − π). O(B).
 *
 * @see Madow, On the theory of systematic sampling II, Ann. Math. Statist. 20 (1949)
 */
export const systematicPps: Draw = {
  expect: inclusionProbabilities,
  variance: (expected) => expected * (1 - expected),
  draw: (expected, random) => {
    const order = random.shuffle(Int32Array.from(expected.keys()));
    let point = random.uniform();
    let sum = 0;
    return order.filter((row) => {
      sum += expected[row] as number;
      if (expected[row] === 0 || point >= sum) return false;
      point += 1;
      return true;
    });
  },
};
