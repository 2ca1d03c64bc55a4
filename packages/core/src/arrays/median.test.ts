import { expect, test } from "vitest";
import { median } from "./median.js";

test.each([
  [[3, 1, 2], 2],
  [[10, 9], 9.5],
  [[5], 5],
  [[], NaN],
])("the median of %j is %f", (values, wanted) => {
  expect(median(values)).toBe(wanted);
});
