import { expect, test } from "vitest";
import { numberText } from "./number-text.js";
import { timeText } from "./time-text.js";

test.each([
  [0, "0"],
  [0.0123456, "0.0123"],
  [4.5, "4.50"],
  [999.7, "1,000"],
  [12345, "12,345"],
  [0.000123, "1.23e-4"],
  [undefined, "–"],
  [Number.NaN, "–"],
])("number %s", (value, text) => expect(numberText(value)).toBe(text));

test.each([
  [0.04, "0.0 s"],
  [4.24, "4.2 s"],
  [59.4, "59 s"],
  [65, "1 min 05 s"],
  [7384, "2 h 03 min"],
  [Number.NaN, "–"],
])("time %s", (seconds, text) => expect(timeText(seconds)).toBe(text));
