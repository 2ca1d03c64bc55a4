import { expect, test } from "vitest";
import { createRandom } from "../../random/create-random.js";
import { splitSelection } from "./draw-rows.js";

const selection = {
  rows: Int32Array.of(4, 1, 4, 0, 2, 4),
  expected: Float64Array.of(3, 1, 3, 1, 2, 3),
  leastExpected: 0.5,
  planned: 6,
  population: 5,
};

test("every row drawn is in one part, expected as much less often as there are parts", () => {
  const parts = splitSelection(selection, 3, createRandom(1));
  expect(parts.map(({ rows }) => rows.length)).toEqual([2, 2, 2]);
  const rows = parts.flatMap((part) => [...part.rows]);
  expect(rows.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 4, 4, 4]);
  for (const part of parts) {
    expect(part).toMatchObject({ planned: 2, population: 5, leastExpected: 0.5 / 3 });
    part.rows.forEach((row, at) => {
      const whole = selection.expected[selection.rows.indexOf(row)] as number;
      expect(part.expected?.[at]).toBeCloseTo(whole / 3, 12);
    });
  }
});

test("each row is as likely in one part as in another: within 4 standard errors over 4,000 splits", () => {
  const random = createRandom(2);
  const times = new Map<number, number>();
  const rounds = 4000;
  for (let round = 0; round < rounds; round++)
    for (const row of splitSelection(selection, 3, random)[0]?.rows ?? [])
      times.set(row, (times.get(row) ?? 0) + 1);
  const bound = 4 * Math.sqrt(rounds * (1 / 3) * (2 / 3));
  for (const row of [0, 1, 2])
    expect(Math.abs((times.get(row) ?? 0) - rounds / 3)).toBeLessThan(bound);
  expect(Math.abs((times.get(4) ?? 0) - rounds)).toBeLessThan(3 * bound);
});

test("no part is larger on average where parts cannot be equal: within 4 standard errors over 4,000 splits", () => {
  const random = createRandom(4);
  const odd = { ...selection, rows: selection.rows.slice(0, 5) };
  let first = 0;
  for (let round = 0; round < 4000; round++)
    first += splitSelection(odd, 2, random)[0]?.rows.length ?? 0;
  // 2 or 3 rows with equal chances
  expect(Math.abs(first - 4000 * 2.5)).toBeLessThan(4 * Math.sqrt(4000 * 0.25));
});

test("one part is the selection itself, and draws no random number", () => {
  const random = createRandom(3);
  const before = random.state();
  expect(splitSelection(selection, 1, random)).toEqual([selection]);
  expect(random.state()).toEqual(before);
});
