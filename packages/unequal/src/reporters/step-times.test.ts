import { expect, test } from "vitest";
import { stepTimes } from "./step-times.js";

const drawn = (candidates: number, count: number) => ({
  ...{ candidates, count },
  ...{ loaded: candidates, rows: count },
});

test("compares importance steps with the uniform steps inside of them", () => {
  const sizes = drawn(640, 128);
  const importanceTimes = [
    { load: 5, score: 20, train: 10, ...sizes },
    { load: 5, score: 25, train: 10, ...sizes },
    { load: 5, score: 900, train: 10, ...sizes },
  ];
  const times = stepTimes({ importanceTimes, spent: 945 + 15 + 30 + 10, scored: 945 }, 128);
  expect(times.importance).toBeCloseTo(0.04, 12);
  expect(times.uniform).toBeCloseTo(0.011, 12);
  expect(times.ratio).toBeCloseTo(40 / 11, 12);
  expect(times.scoringShare).toBeCloseTo(945 / (945 + 15 + 30 + 10), 12);
});

test("counts steps of other sizes by their rows", () => {
  const importanceTimes = [
    { load: 20, score: 19, train: 30, ...drawn(200, 10) },
    { load: 10, score: 8, train: 60, ...drawn(100, 20) },
  ];
  const times = stepTimes({ importanceTimes, spent: 1, scored: 0 }, 40);
  // a row takes 0.1 ms to load and 3 to train
  expect(times.uniform).toBeCloseTo(0.124, 12);
});

test("takes a uniform step to train on all its rows, where importance steps train on fewer than they draw", () => {
  // a step takes 2 ms and 0.1 ms a row, unless something holds it up
  const importanceTimes = [40, 80, 80, 40, 40, 80, 80, 40].map((rows, at) => ({
    ...{ load: 0.01 * rows, score: 1, train: 2 + 0.1 * rows + (at < 2 ? 900 : 0) },
    ...{ candidates: 384, count: 128, loaded: rows, rows },
  }));
  const { uniform } = stepTimes({ importanceTimes, spent: 1, scored: 0 }, 128);
  expect(uniform).toBeCloseTo((0.01 * 128 + 2 + 0.1 * 128) / 1000, 12);
});

test("does not take more rows to be faster, nor slower than in proportion", () => {
  const at = (rows: number, train: number) => ({
    ...{ load: 0, score: 1, train },
    ...{ candidates: 384, count: 128, loaded: rows, rows },
  });
  const uniform = (...importanceTimes: ReturnType<typeof at>[]) =>
    1000 * stepTimes({ importanceTimes, spent: 1, scored: 0 }, 128).uniform;
  expect(uniform(at(50, 9), at(60, 8), at(70, 7))).toBeCloseTo(8, 12);
  expect(uniform(at(50, 1), at(64, 4), at(70, 20))).toBeCloseTo(8, 12);
});

test("has no ratio without importance steps", () => {
  const times = stepTimes({ importanceTimes: [], spent: 0, scored: 0 }, 128);
  expect(times.ratio).toBeNaN();
  expect(times.scoringShare).toBe(0);
});
