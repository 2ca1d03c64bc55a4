import { expect, test } from "vitest";
import { createReuse } from "./reuse.js";

const variance = (e: number): number => e;
const even = (size: number) => ({ expected: new Float64Array(size).fill(0.5), variance });

test("as many batches come from a pool as its effective sample size bears", () => {
  const reuse = createReuse(4);
  // 1/Σp² is at least half of the rows drawn: 100 candidates, all alike, bear 200 rows
  expect(reuse.batchesOf(even(100), 50)).toBe(4);
  expect(reuse.batchesOf(even(100), 60)).toBe(3);
  expect(reuse.batchesOf(even(100), 300)).toBe(1);
  const one = {
    expected: Float64Array.from({ length: 100 }, (_, row) => (row === 0 ? 50 : 0.01)),
    variance,
  };
  expect(reuse.batchesOf(one, 10)).toBe(1);
  expect(reuse.batchesOf(undefined, 10)).toBe(1);
  expect(createReuse(1).batchesOf(even(100), 10)).toBe(1);
});

test("every tenth pool tells whether scores last so long: one batch less, or one more again up to k", () => {
  const reuse = createReuse(3);
  const learn = (correlation: number): number => {
    for (let pool = 0; pool < 10; pool++) reuse.learn(correlation);
    return reuse.times();
  };
  expect([0.9, 0.5, 0.5, 0.5, Number.NaN, 0.8, 0.8, 0.8].map(learn)).toEqual([
    3, 2, 1, 1, 1, 2, 3, 3,
  ]);
});

test("its state is all that it goes by", () => {
  const reuse = createReuse(3);
  for (let pool = 0; pool < 19; pool++) reuse.learn(0.1);
  const batch = {
    ids: Uint32Array.of(1),
    keys: Uint32Array.of(0),
    drawn: { rows: Int32Array.of(0), coefficients: Float32Array.of(1) },
  };
  reuse.keep([batch, batch]);
  reuse.next();
  const other = createReuse(3);
  other.restore(reuse.state());
  expect([other.times(), other.left()]).toEqual([2, 1]);
  other.learn(0.1);
  expect(other.times()).toBe(1);
  expect(other.next()).toEqual(batch);
  expect(other.next()).toBeUndefined();
});
