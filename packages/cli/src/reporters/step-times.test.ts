import { expect, test } from "vitest";
import { stepTimes } from "./step-times.js";

test("compares importance steps with the uniform steps inside of them", () => {
  const importanceTimes = [
    { load: 5, score: 20, train: 10 },
    { load: 5, score: 25, train: 10 },
    { load: 5, score: 900, train: 10 },
  ];
  const times = stepTimes(
    { importanceTimes, uniformTimes: [{ load: 1, score: 0, train: 9 }] },
    0.2,
  );
  expect(times.importance).toBeCloseTo(0.04, 12);
  expect(times.uniform).toBeCloseTo(0.011, 12);
  expect(times.ratio).toBeCloseTo(40 / 11, 12);
  expect(times.scoringShare).toBeCloseTo(945 / (945 + 15 + 30 + 10), 12);
});

test("has no ratio without importance steps", () => {
  const times = stepTimes(
    { importanceTimes: [], uniformTimes: [{ load: 1, score: 0, train: 9 }] },
    0.2,
  );
  expect(times.ratio).toBeNaN();
  expect(times.scoringShare).toBe(0);
});
