import { expect, test } from "vitest";
import { learningRateSchedule } from "./learning-rate-schedule.js";

test("constant stays at 1", () => {
  const schedule = learningRateSchedule("constant");
  expect([0, 0.5, 1].map((at) => schedule?.(at))).toEqual([1, 1, 1]);
});

test("cosine falls from 1 over ½ to 0 and stays there", () => {
  const schedule = learningRateSchedule("cosine");
  expect(schedule?.(0)).toBe(1);
  expect(schedule?.(0.5)).toBeCloseTo(0.5, 12);
  expect(schedule?.(1)).toBe(0);
  expect(schedule?.(1.5)).toBe(0);
});

test("step multiplies at each place", () => {
  const schedule = learningRateSchedule("step:0.4,0.8:0.2");
  const factors = [0, 0.399, 0.4, 0.799, 0.8, 1].map((at) => schedule?.(at));
  const expected = [1, 1, 0.2, 0.2, 0.04, 0.04];
  factors.forEach((factor, at) => expect(factor).toBeCloseTo(expected[at] ?? Number.NaN, 12));
});

test.each(["", "linear", "step", "step:0.4", "step:0.4:", "step:4:0.2", "step:0.4:0", "step:,:1"])(
  "%j is no schedule",
  (text) => expect(learningRateSchedule(text)).toBeUndefined(),
);
