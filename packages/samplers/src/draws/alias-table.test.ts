import { createRandom } from "@unequal/core";
import { describe, expect, test } from "vitest";
import { aliasTable } from "./alias-table.js";
import { drawIds } from "./distribution.js";

const random = createRandom(3);
const heavyTailed = Array.from({ length: 1000 }, () => (1 - random.uniform()) ** -3);

const tables: readonly (readonly [string, readonly number[]])[] = [
  ["uneven weights", [3, 0, 1, 0.5, 7, 0, 0.1]],
  ["one weight", [5]],
  ["one weight above 0", [0, 0, 2, 0]],
  ["equal weights", Array<number>(7).fill(0.1)],
  ["weights of every size", [1e-300, 1e-12, 1, 1e12, 1e300]],
  ["a heavy tail", heavyTailed],
  [
    "many equal weights and zeros",
    Array.from({ length: 999 }, (_, id) => (id % 3 === 0 ? 0 : 0.7)),
  ],
];

describe.each(tables)("%s", (_, weights) => {
  const { size, own, other, probability, draw } = aliasTable(weights);
  const total = weights.reduce((sum, weight) => sum + weight, 0);

  test("the parts of all columns that are an id's sum to w / Σw", () => {
    const held = new Float64Array(size);
    for (let column = 0; column < size; column++) {
      const rest = other[column] as number;
      held[column] = (held[column] as number) + (own[column] as number) / size;
      held[rest] = (held[rest] as number) + (1 - (own[column] as number)) / size;
    }
    weights.forEach((weight, id) => {
      expect(Math.abs((held[id] as number) - weight / total)).toBeLessThan(1e-13);
      expect(probability(id)).toBe(weight / total);
    });
  });

  test("an id of weight 0 has no part at all", () => {
    const given = [...other].filter((_, column) => (own[column] as number) < 1);
    const kept = weights.flatMap((weight, id) => (weight === 0 ? [own[id]] : []));
    expect(given.filter((id) => weights[id] === 0)).toEqual([]);
    expect(kept.filter((part) => part !== 0)).toEqual([]);
  });

  test("frequencies are within five standard errors", () => {
    const source = createRandom("alias");
    const draws = 50_000;
    const counts = new Float64Array(size);
    for (let at = 0; at < draws; at++) {
      const id = draw(source);
      counts[id] = (counts[id] as number) + 1;
    }
    counts.forEach((count, id) => {
      const mean = draws * probability(id);
      // Rare ids are Poisson: twelve more than their mean is rarer still than five standard errors.
      expect(Math.abs(count - mean)).toBeLessThanOrEqual(5 * Math.sqrt(mean) + 12);
    });
  });
});

test("weights that are all 0 are drawn alike", () => {
  const { probability, own } = aliasTable([0, 0, 0, 0]);
  expect([0, 1, 2, 3].map(probability)).toEqual([0.25, 0.25, 0.25, 0.25]);
  expect([...own]).toEqual([1, 1, 1, 1]);
});

test("proposals state count · p of each id", () => {
  const table = aliasTable([1, 2, 5]);
  const { rows, expected, planned, population } = drawIds(table, 40, createRandom(1));
  expect([rows.length, planned, population]).toEqual([40, 40, 3]);
  rows.forEach((id, at) =>
    expect(expected?.[at]).toBeCloseTo((40 * ([1, 2, 5][id] as number)) / 8, 12),
  );
});
