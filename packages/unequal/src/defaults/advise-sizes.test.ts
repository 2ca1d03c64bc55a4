import { gain } from "@unequal/core";
import { describe, expect, test } from "vitest";
import { adviseSizes } from "./advise-sizes.js";

const b = 128;
const net = (estimate: { tau: number; dispersion: number }, presample: number, r: number): number =>
  (gain(estimate, { batchSize: b, candidates: presample }) * r) / (r + presample / b);

describe.each([
  { tau: 4.34, dispersion: 1, r: 3 },
  { tau: 12, dispersion: 1, r: 3 },
  { tau: 4.34, dispersion: 0.45, r: 2.2 },
  { tau: 8, dispersion: 0.7, r: 5 },
])("tau $tau, V $dispersion, r $r", ({ tau, dispersion, r }) => {
  const estimate = { tau, dispersion };
  const advice = adviseSizes(estimate, { batchSize: b, presample: 640 }, r);

  test("B is the best of all B", () => {
    let best = b;
    for (let candidate = b; candidate < 40 * b; candidate++)
      if (net(estimate, candidate, r) > net(estimate, best, r)) best = candidate;
    expect(Math.abs(advice.presample - best)).toBeLessThanOrEqual(1);
    expect(advice.net).toBeCloseTo(net(estimate, advice.presample, r), 12);
  });

  test("it pays exactly where tau/V exceeds the break-even", () => {
    expect(advice.net > 1).toBe(tau / dispersion > advice.breakEven);
    const at = { tau: advice.breakEven, dispersion: 1 };
    expect(adviseSizes(at, { batchSize: b, presample: 640 }, r).net).toBeCloseTo(1, 9);
  });
});

test("multinomial draws with r = 3 pay from tau 5.6 on, whatever B", () => {
  const advice = adviseSizes({ tau: 4, dispersion: 1 }, { batchSize: b, presample: 640 }, 3);
  expect(advice.breakEven).toBeCloseTo(5.6, 1);
});

test("the smaller b has the variance of the present uniform batch", () => {
  const { batchSize } = adviseSizes(
    { tau: 4, dispersion: 0.5 },
    { batchSize: b, presample: 640 },
    3,
  );
  expect(1 / (4 * batchSize) + 1 / 640).toBeCloseTo(1 / b, 12);
});

test("where a score costs as much as a step nothing pays", () => {
  const advice = adviseSizes({ tau: 100, dispersion: 1 }, { batchSize: b, presample: 640 }, 1);
  expect(advice.breakEven).toBe(Infinity);
  expect(advice.net).toBeLessThan(1);
});
