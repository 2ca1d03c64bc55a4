import { linear, UnequalError, type Part } from "@unequal/core";
import { setUpPart, toyPool, toyProgress } from "@unequal/core/testing";
import { expect, test } from "vitest";
import { lowLoss, randomSubset, topLoss } from "../index.js";

const pool = toyPool({
  size: 10,
  ids: Uint32Array.of(30, 4, 17, 9, 22, 8, 40, 1, 55, 2),
  scores: [3, 1, 3, 0, 5, 3, 0.5, 0, 9, 1],
});
const start = toyProgress(0);

function idsOf(part: Part<"sampler">, count = 4) {
  const { rows } = setUpPart(part).role.select(pool, count, start);
  return Array.from(rows, (row) => pool.ids[row]);
}

test("top-loss takes the largest scores, low-loss the smallest; ties go by id", () => {
  expect(idsOf(topLoss())).toEqual([55, 22, 8, 17]);
  expect(idsOf(lowLoss())).toEqual([1, 9, 40, 2]);
});

test("keep is a share of the pool, at least one row, and may be scheduled", () => {
  expect(idsOf(topLoss({ keep: 0.2 }))).toEqual([55, 22]);
  expect(idsOf(lowLoss({ keep: 0.01 }))).toEqual([1]);
  expect(idsOf(topLoss({ keep: 1 })).length).toBe(10);
  const { role } = setUpPart(topLoss({ keep: linear(1, 0.2) }));
  const lengths = [0, 50, 100].map((update) => {
    const { rows, planned } = role.select(pool, 4, toyProgress(update));
    expect(planned).toBe(rows.length);
    return rows.length;
  });
  expect(lengths).toEqual([10, 6, 2]);
});

test("a share outside (0, 1] is refused", () => {
  for (const keep of [0, -0.1, 1.5])
    expect(() => topLoss({ keep })).toThrow(expect.objectContaining({ code: "OPTION_INVALID" }));
});

test("top-loss without scores is an error", () => {
  const { scores: _, ...bare } = pool;
  expect(() => setUpPart(topLoss()).role.select(bare, 3, start)).toThrow(UnequalError);
});

test("random-subset draws each row k/B of the time", () => {
  const { role } = setUpPart(randomSubset({ keep: 0.3 }), { seed: 3 });
  const times = new Float64Array(10);
  const draws = 20_000;
  for (let draw = 0; draw < draws; draw++) {
    const { rows, expected } = role.select(pool, 4, start);
    expect(new Set(rows).size).toBe(3);
    expect(expected).toEqual(new Float64Array(3).fill(0.3));
    for (const row of rows) times[row] = (times[row] as number) + 1;
  }
  // Four standard errors of a share of 0.3.
  for (const count of times)
    expect(Math.abs(count / draws - 0.3)).toBeLessThan(4 * Math.sqrt((0.3 * 0.7) / draws));
});
