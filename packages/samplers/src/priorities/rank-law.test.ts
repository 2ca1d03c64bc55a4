import { createRandom } from "@unequal/core";
import { describe, expect, test } from "vitest";
import { createRankLaw } from "./rank-law.js";

describe.each([0, 0.5, 0.7, 1, 3])("α = %f", (alpha) => {
  test.each([1, 2, 17, 100])("p ∝ 1 / rank^α over the first %i of a hundred", (n) => {
    const { probability } = createRankLaw(100, alpha);
    const naive = Array.from({ length: n }, (_, rank) => (1 / (rank + 1)) ** alpha);
    const total = naive.reduce((sum, p) => sum + p, 0);
    naive.forEach((p, rank) => expect(probability(rank, n)).toBeCloseTo(p / total, 14));
  });

  test("finds the rank whose range a point is in, and the last one at the end", () => {
    const { probability, find } = createRankLaw(100, alpha);
    const random = createRandom(1);
    for (let draw = 0; draw < 300; draw++) {
      const point = random.uniform();
      const rank = find(point, 60);
      let below = 0;
      for (let each = 0; each < rank; each++) below += probability(each, 60);
      expect(point).toBeGreaterThan(below - 1e-12);
      expect(point).toBeLessThan(below + probability(rank, 60) + 1e-12);
    }
    expect(find(0, 60)).toBe(0);
    expect(find(1 - 2 ** -53, 60)).toBe(59);
    expect(find(1, 60)).toBe(59);
  });
});

test("α = 0 is uniform, and larger α favour the first ranks more", () => {
  expect(createRankLaw(50, 0).probability(33, 40)).toBeCloseTo(1 / 40, 15);
  const first = [0, 0.3, 0.7, 1, 2].map((alpha) => createRankLaw(50, alpha).probability(0, 50));
  expect([...first].sort((a, b) => a - b)).toEqual(first);
});
