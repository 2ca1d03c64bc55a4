import { createRandom } from "@unequal/core";
import { expect, test } from "vitest";
import { geometricRanks } from "./geometric-ranks.js";

const N = 50;
const ranks = Array.from({ length: N }, (_, rank) => rank);

test.each([1, 1.0001, 2, 100, 1e8])("pressure %f: p ∝ exp(log(s)/N)^(−rank), summing to 1", (s) => {
  const { probability } = geometricRanks(N, s);
  const naive = ranks.map((rank) => 1 / Math.exp(Math.log(s) / N) ** (rank + 1));
  const total = naive.reduce((sum, p) => sum + p, 0);
  for (const rank of ranks) {
    expect(probability(rank)).toBeCloseTo((naive[rank] as number) / total, 12);
  }
  const ratio = probability(0) / probability(N - 1);
  expect(ratio / s ** ((N - 1) / N)).toBeCloseTo(1, 9);
});

test("draws ranks with their probabilities", () => {
  const { probability, draw } = geometricRanks(N, 100);
  const random = createRandom(6);
  const draws = 100_000;
  const counts = new Float64Array(N);
  for (let at = 0; at < draws; at++) {
    const rank = draw(random);
    counts[rank] = (counts[rank] as number) + 1;
  }
  // Five standard errors for each of 50 ranks: by Bonferroni wrong once in 35,000.
  counts.forEach((count, rank) => {
    const p = probability(rank);
    expect(Math.abs(count / draws - p)).toBeLessThan(5 * Math.sqrt((p * (1 - p)) / draws));
  });
});

test("draws the last rank at most, and the first at least, at the ends of the offsets", () => {
  const at = (uniform: number) =>
    geometricRanks(N, 100).draw({ ...createRandom(0), uniform: () => uniform });
  expect(at(0)).toBe(0);
  expect(at(1 - 2 ** -53)).toBe(N - 1);
});
