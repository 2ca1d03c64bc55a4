import { expect, test } from "vitest";
import { createRandom } from "../../random/create-random.js";
import { createMetricControl, noMetricControl } from "./metric-control.js";

/** An accuracy where mistakes are drawn often and the rest seldom, with large weights. */
function steps(count: number): { readonly metrics: { acc: number }; readonly weight: number }[] {
  const random = createRandom(2);
  const rows = 16;
  const shares = [
    { of: 0.05, p: 0.6, right: 0 },
    { of: 0.95, p: 0.4, right: 1 },
  ] as const;
  return Array.from({ length: count }, () => {
    let [acc, weight] = [0, 0];
    for (let row = 0; row < rows; row++) {
      const { of, p, right } = random.uniform() < shares[0].p ? shares[0] : shares[1];
      weight += of / p / rows;
      acc += (right * of) / p / rows;
    }
    return { metrics: { acc }, weight };
  });
}

function moments(values: readonly number[]): { readonly mean: number; readonly error: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, error: Math.sqrt(variance / values.length) };
}

test("the metric stays unbiased, within 4 standard errors, and loses nine tenths of its noise", () => {
  const all = steps(4000);
  const control = createMetricControl();
  const plain = moments(all.map(({ metrics }) => metrics.acc));
  const corrected = moments(
    all.map(({ metrics, weight }) => control.correct(metrics, weight).acc as number),
  );
  expect(Math.abs(plain.mean - 0.95)).toBeLessThan(4 * plain.error);
  expect(Math.abs(corrected.mean - 0.95)).toBeLessThan(4 * corrected.error);
  expect(corrected.error).toBeLessThan(0.1 * plain.error);
});

test("a weight of 1 leaves a metric as it is, and so does the control that is none", () => {
  expect(createMetricControl().correct({ acc: 0.25 }, 1)).toEqual({ acc: 0.25 });
  expect(noMetricControl().correct({ acc: 0.25 }, 3)).toEqual({ acc: 0.25 });
});

test("continues from its state", () => {
  const [first, second] = [createMetricControl(), createMetricControl()];
  const all = steps(40);
  for (const { metrics, weight } of all.slice(0, 20)) first.correct(metrics, weight);
  second.restore(first.state());
  for (const { metrics, weight } of all.slice(20)) {
    expect(second.correct(metrics, weight)).toEqual(first.correct(metrics, weight));
  }
});
