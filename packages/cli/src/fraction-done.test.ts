import { expect, test } from "vitest";
import { fractionDone } from "./fraction-done.js";

const at = (update: number, seconds: number) => ({ update, seconds });

test("updates and epochs count updates, seconds count seconds", () => {
  expect(fractionDone({ updates: 200 }, at(50, 9), 10)).toBe(0.25);
  expect(fractionDone({ epochs: 4 }, at(10, 9), 10)).toBe(0.25);
  expect(fractionDone({ seconds: 20 }, at(1000, 5), 10)).toBe(0.25);
});

test("the nearest of several limits decides, and none is passed", () => {
  expect(fractionDone({ updates: 100, seconds: 10 }, at(10, 5), 10)).toBe(0.5);
  expect(fractionDone({ seconds: 10 }, at(10, 11), 10)).toBe(1);
  expect(fractionDone({}, at(10, 11), 10)).toBe(0);
});
