import { expect, test } from "vitest";
import { createRandom } from "../random/create-random.js";
import { drawFrom, proportionalLaw } from "./draw-from.js";

test("the law shares a count, or a fraction of one, out in proportion", () => {
  expect([...proportionalLaw([1, 3, 0], 8).expected]).toEqual([2, 6, 0]);
  expect([...proportionalLaw([1, 3, 0], 0.5).expected]).toEqual([0.125, 0.375, 0]);
  expect([...proportionalLaw([0, 0], 3).expected]).toEqual([1.5, 1.5]);
  expect(proportionalLaw([1, 3], 8).variance(2)).toBe(2);
});

test("rows are drawn as often as the law expects, within four standard errors, and never one of share 0", () => {
  const law = proportionalLaw([1, 0, 5, 2], 8);
  const random = createRandom(1);
  const times = [0, 0, 0, 0];
  const rounds = 5000;
  for (let round = 0; round < rounds; round++) {
    const { rows, expected, planned, population } = drawFrom(law, random);
    expect([rows.length, planned, population]).toEqual([8, 8, 4]);
    rows.forEach((row, at) => {
      times[row] = (times[row] as number) + 1;
      expect(expected?.[at]).toBe(law.expected[row]);
    });
  }
  expect(times[1]).toBe(0);
  times.forEach((count, row) => {
    const e = law.expected[row] as number;
    expect(Math.abs(count / rounds - e)).toBeLessThanOrEqual(4 * Math.sqrt(e / rounds));
  });
});
