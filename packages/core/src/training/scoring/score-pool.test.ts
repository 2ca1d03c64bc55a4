import { expect, test } from "vitest";
import { toyPool } from "../../testing/toy-pool.js";
import { scorePool } from "./score-pool.js";

const pool = {
  ...toyPool({ size: 5 }),
  ids: Uint32Array.of(10, 11, 12, 13, 14),
  labels: Int32Array.of(0, 1, 2, 3, 4),
};
const scorer = (scores: number[]) => ({ requires: [], score: () => Float32Array.from(scores) });

test("finite scores pass, zeros among them", () => {
  const scored = scorePool(pool, scorer([0, 1, 0, 2, 3]), "error");
  expect(scored).toMatchObject({ skipped: 0, batchRows: Int32Array.of(0, 1, 2, 3, 4) });
  expect([...(scored.pool.scores ?? [])]).toEqual([0, 1, 0, 2, 3]);
});

test.each([NaN, Infinity, -1])("a score of %f is an error that names the example", (bad) => {
  expect(() => scorePool(pool, scorer([1, 2, bad, 3, 4]), "error")).toThrow(
    expect.objectContaining({
      code: "SCORE_NOT_FINITE",
      message: expect.stringContaining("example 12") as string,
    }) as Error,
  );
});

test("or is left out, with the rows of the batch kept in mind", () => {
  const {
    pool: kept,
    batchRows,
    skipped,
  } = scorePool(pool, scorer([NaN, 2, Infinity, 3, -1]), "skip");
  expect(skipped).toBe(3);
  expect([...batchRows]).toEqual([1, 3]);
  expect([...kept.ids]).toEqual([11, 13]);
  expect([...(kept.labels ?? [])]).toEqual([1, 3]);
  expect([...(kept.scores ?? [])]).toEqual([2, 3]);
  const signal = Object.keys(pool.signals)[0] as string;
  expect(kept.signals[signal]?.length).toBe(2);
});

test("or no candidate is left", () => {
  const nothing = scorePool(pool, scorer([NaN, NaN, NaN, NaN, NaN]), "skip");
  expect([nothing.pool.ids.length, nothing.batchRows.length, nothing.skipped]).toEqual([0, 0, 5]);
});

test.each([
  ["a plain array", [1, 2, 3, 4, 5], /returned Array of 5 numbers/],
  ["doubles", new Float64Array(5), /returned Float64Array of 5 numbers/],
  [
    "too few scores",
    new Float32Array(3),
    /each of the 5 candidates, but returned Float32Array of 3/,
  ],
  [
    "a promise",
    Promise.resolve(new Float32Array(5)),
    /returned a promise: what it waits for must be a signal/,
  ],
  ["nothing", undefined, /returned undefined/],
  ["a number", 1, /returned 1/],
])("a scorer that returns %s is refused", (_, returned, message) => {
  const wrong = { requires: [], score: () => returned as Float32Array };
  for (const nonFinite of ["error", "skip"] as const)
    expect(() => scorePool(pool, wrong, nonFinite)).toThrow(
      expect.objectContaining({
        code: "SCORES_INVALID",
        message: expect.stringMatching(message) as string,
      }),
    );
});
