import { setUpPart, toyProgress } from "@unequal/core/testing";
import { expect, test } from "vitest";
import { biased } from "./biased-k.js";
import { unbiased } from "./unbiased.js";

const selection = {
  rows: Int32Array.of(3, 0, 3, 7),
  expected: Float64Array.of(0.5, 0.05, 0.5, 2.5),
  planned: 4,
  population: 16,
};
const scores = Float32Array.of(2, 0.25, 2, 10);

function weigh(k: number, given: Float32Array | undefined = scores): Float64Array {
  return setUpPart(biased({ k })).role.coefficients(selection, given, toyProgress(0));
}

function close(values: ArrayLike<number>): number[] {
  return Array.from(values, (value) => expect.closeTo(value, 12) as number);
}

const exact = setUpPart(unbiased()).role.coefficients(selection, scores, toyProgress(0));

test("k = 1 is unbiased, k = 0 constant", () => {
  expect(Array.from(weigh(1))).toEqual(close(exact));
  expect(new Set(weigh(0)).size).toBe(1);
});

test.each([-1, 0, 0.5, 0.9])("k = %f: wᵏ, rescaled so that Σ ŵ s = Σ w s", (k) => {
  // A naive loop over the batch.
  const w = Array.from(selection.expected, (e) => 4 / (16 * e));
  let wanted = 0;
  let powers = 0;
  w.forEach((weight, row) => {
    wanted += weight * (scores[row] as number);
    powers += weight ** k * (scores[row] as number);
  });
  const naive = w.map((weight) => ((wanted / powers) * weight ** k) / 4);
  expect(Array.from(weigh(k))).toEqual(close(naive));
});

test.each([
  ["no scores", undefined],
  ["scores of 0", new Float32Array(4)],
])("counts every score as 1 where there are %s", (_, given) => {
  const role = setUpPart(biased({ k: 0.5 })).role;
  const coefficients = role.coefficients(selection, given, toyProgress(0));
  const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0);
  expect(sum(coefficients)).toBeCloseTo(sum(exact), 12);
});

test("needs expectations", () => {
  const { expected: _, ...bare } = selection;
  expect(() => setUpPart(biased()).role.coefficients(bare, scores, toyProgress(0))).toThrow(
    expect.objectContaining({ code: "WEIGHTING_NEEDS_EXPECTATION" }),
  );
});

test("refuses k above 1, which would favour easy rows", () => {
  expect(() => biased({ k: 1.5 })).toThrow(expect.objectContaining({ code: "OPTION_INVALID" }));
});
