import { expect, test } from "vitest";
import { stepTimes } from "./step-times.js";

test("compares importance steps with the uniform steps inside of them", () => {
  const sizes = { candidates: 640, count: 128 };
  const importanceTimes = [
    { load: 5, score: 20, train: 10, ...sizes },
    { load: 5, score: 25, train: 10, ...sizes },
    { load: 5, score: 900, train: 10, ...sizes },
  ];
  const times = stepTimes(
    { importanceTimes, uniformTimes: [{ load: 1, score: 0, train: 9 }] },
    128,
  );
  expect(times.importance).toBeCloseTo(0.04, 12);
  expect(times.uniform).toBeCloseTo(0.011, 12);
  expect(times.ratio).toBeCloseTo(40 / 11, 12);
  expect(times.stepOverScore).toBeCloseTo(11 / 128 / (29 / 640), 12);
  expect(times.scoringShare).toBeCloseTo(945 / (945 + 15 + 30 + 10), 12);
});

test("counts steps of other sizes by their rows and candidates", () => {
  const importanceTimes = [
    { load: 20, score: 19, train: 30, candidates: 200, count: 10 },
    { load: 10, score: 8, train: 60, candidates: 100, count: 20 },
  ];
  const times = stepTimes({ importanceTimes, uniformTimes: [] }, 40);
  // a row takes 0.1 ms to load and 3 to train, a candidate 0.19 ms or 0.16: the upper of two is taken
  expect(times.uniform).toBeCloseTo(0.124, 12);
  expect(times.stepOverScore).toBeCloseTo(3.1 / 0.19, 12);
});

test("has no ratio without importance steps", () => {
  const times = stepTimes(
    { importanceTimes: [], uniformTimes: [{ load: 1, score: 0, train: 9 }] },
    128,
  );
  expect(times.ratio).toBeNaN();
  expect(times.scoringShare).toBe(0);
});
