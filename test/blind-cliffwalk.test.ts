import { expect, test } from "vitest";
import { updatesNeeded, type REPLAYS } from "../examples/blind-cliffwalk/blind-cliffwalk.mjs";

const SIZES = [4, 6, 8, 10];
const SEEDS = 7;

/** The middle of seven seeds' updates, for each size. */
function medians(name: keyof typeof REPLAYS): number[] {
  return SIZES.map((states) => {
    const updates = Array.from({ length: SEEDS }, (_, seed) => updatesNeeded(name, states, seed));
    return updates.sort((a, b) => a - b)[SEEDS >> 1] as number;
  });
}

/** By what factor the updates grow with each state more, by a fit of the log. */
function growth(updates: readonly number[]): number {
  const x = SIZES.map((size) => size - 7);
  const slope = x.reduce((sum, gap, at) => sum + gap * Math.log(updates[at] as number), 0);
  return Math.exp(slope / x.reduce((sum, gap) => sum + gap * gap, 0));
}

test("Blind Cliffwalk: uniform replay needs exponentially many updates, prioritized replay far fewer", () => {
  const uniform = medians("uniform");
  const oracle = medians("greedy oracle");
  // one transition of 2ⁿ⁺¹ − 2 carries the reward: the time to meet it doubles with each state
  expect(growth(uniform)).toBeGreaterThan(1.9);
  expect(growth(oracle)).toBeLessThan(1.4);
  for (const name of ["rank-based", "proportional"] as const) {
    const prioritized = medians(name);
    expect(growth(prioritized), name).toBeLessThan(0.9 * growth(uniform));
    const gains = uniform.map((updates, at) => updates / (prioritized[at] as number));
    expect(
      gains.toSorted((a, b) => a - b),
      `${name}: the gain grows with the size`,
    ).toEqual(gains);
    expect(gains.at(-1), name).toBeGreaterThan(4);
  }
});
