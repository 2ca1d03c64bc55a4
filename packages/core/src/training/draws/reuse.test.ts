import { expect, test } from "vitest";
import { createReuse } from "./reuse.js";

const variance = (e: number): number => e;
const even = (size: number) => ({ expected: new Float64Array(size).fill(0.5), variance });

const batch = {
  ids: Uint32Array.of(1),
  keys: Uint32Array.of(0),
  drawn: { rows: Int32Array.of(0), coefficients: Float32Array.of(1) },
};

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

test("every tenth pool is a trial of whether scores last so long: one batch less, or one more again up to k", () => {
  const reuse = createReuse(3);
  const trial = (correlation: number): readonly [drawn: number, times: number] => {
    const drawn = Array.from({ length: 10 }, () => reuse.batchesOf(even(1000), 10));
    reuse.keep([batch]);
    expect(reuse.endsTrial(), "there is another one").toBe(false);
    reuse.next();
    expect(reuse.endsTrial()).toBe(true);
    reuse.learn(correlation);
    return [drawn.at(-1) ?? 0, reuse.times()];
  };
  expect([0.9, 0.5, 0.5, 0.5, Number.NaN, 0.8, 0.8, 0.8].map(trial)).toEqual([
    [3, 3],
    [3, 2],
    [2, 1],
    // one that has come down to 1 is tried with 2
    [2, 1],
    [2, 1],
    [2, 2],
    [2, 3],
    [3, 3],
  ]);
  reuse.batchesOf(even(1000), 10);
  expect(reuse.endsTrial()).toBe(false);
});

test("a trial of which there was no time for a second batch tells nothing", () => {
  const reuse = createReuse(2);
  for (let pool = 0; pool < 10; pool++) reuse.batchesOf(even(1000), 10);
  reuse.keep([]);
  expect(reuse.endsTrial()).toBe(false);
});

test("its state is all that it goes by", () => {
  const reuse = createReuse(3);
  for (let pool = 0; pool < 19; pool++) reuse.batchesOf(even(1000), 10);
  reuse.learn(0.1);
  reuse.keep([batch, batch]);
  reuse.next();
  const other = createReuse(3);
  other.restore(reuse.state());
  expect([other.times(), other.left()]).toEqual([2, 1]);
  other.batchesOf(even(1000), 10);
  expect(other.next()).toEqual(batch);
  expect(other.endsTrial()).toBe(true);
  expect(other.next()).toBeUndefined();
});
