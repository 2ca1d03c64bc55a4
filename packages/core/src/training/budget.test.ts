import { expect, test } from "vitest";
import { shareDone } from "./budget.js";

const at = (update: number, seconds: number) => ({ update, seconds });

test("updates and epochs count updates, seconds count seconds", () => {
  expect(shareDone({ updates: 200 }, at(50, 9), 10)).toBe(0.25);
  expect(shareDone({ epochs: 4 }, at(10, 9), 10)).toBe(0.25);
  expect(shareDone({ seconds: 20 }, at(1000, 5), 10)).toBe(0.25);
});

test("the nearest of several limits decides, and none is passed", () => {
  expect(shareDone({ updates: 100, seconds: 10 }, at(10, 5), 10)).toBe(0.5);
  expect(shareDone({ seconds: 10 }, at(10, 11), 10)).toBe(1);
});

test("without a limit there is no share", () => {
  expect(shareDone({}, at(10, 11), 10)).toBeUndefined();
});
