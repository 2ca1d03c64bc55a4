import { expect, test } from "vitest";
import { parseDuration } from "./parse-duration.js";

test.each([
  ["60s", 60],
  ["1.5m", 90],
  ["2 h", 7200],
  ["500ms", 0.5],
  ["90", 90],
  [90, 90],
  [".5s", 0.5],
])("%j", (text, seconds) => expect(parseDuration(text)).toBeCloseTo(seconds, 12));

test.each(["", "s", "0", "-5s", "1d", "5 s 3", "1e3", Number.NaN, -1])("%j is no time", (text) =>
  expect(parseDuration(text)).toBeUndefined(),
);
