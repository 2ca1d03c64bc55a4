import { expect, test } from "vitest";
import { planned, threshold } from "../../gain/costs.js";
import { surplusOf, withSurplus } from "./surplus.js";

const plan = { batchSize: 10, presample: 30 };
const price = (costs: { score: number; step: number; background?: number }): number =>
  threshold(costs, plan, planned(plan));

test.each([
  ["inline", { score: 3, step: 2 }, { score: 1, step: 5 }],
  ["hidden", { score: 0.1, step: 2, background: 4 }, { score: 0.02, step: 5, background: 1 }],
  ["cheaper than measured", { score: 1, step: 2 }, { score: 2, step: 2 }],
])("measured again, costs give the price that was paid: %s", (_, paid, measured) => {
  const surplus = surplusOf(paid, measured, { ...plan, update: 100 });
  const now = { ...measured, step: paid.step };
  expect(price(withSurplus(now, surplus, 100))).toBeCloseTo(price(paid), 12);
  // half of it counts after 2,000 updates, and it goes with the time of a step
  const half = (price(paid) + price(now)) / 2;
  expect(price(withSurplus(now, surplus, 2100))).toBeCloseTo(half, 12);
});

test("costs are as measured where nothing was paid, and never below 0", () => {
  expect(withSurplus({ score: 1, step: 2 }, undefined, 5)).toEqual({ score: 1, step: 2 });
  expect(withSurplus({ score: 1, step: 2 }, { steps: -3, update: 5 }, 5).score).toBe(0);
});
