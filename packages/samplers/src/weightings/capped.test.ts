import { linear } from "@unequal/core";
import { setUpPart, toyProgress } from "@unequal/core/testing";
import { expect, test } from "vitest";
import { capped } from "./capped.js";
import { unbiased } from "./unbiased.js";

const selection = {
  rows: Int32Array.of(3, 0, 3, 7),
  expected: Float64Array.of(0.5, 0.05, 0.5, 2.5),
  planned: 4,
  population: 16,
};

function weights(cap: Parameters<typeof capped>[0], update = 0): number[] {
  const { role } = setUpPart(capped(cap));
  return [...role.coefficients(selection, undefined, toyProgress(update))].map((c) => 4 * c);
}

const exact = [0.5, 5, 0.5, 0.1].map((w) => expect.closeTo(w, 12) as number);

test("leaves weights below the cap, and cuts others off there", () => {
  expect(weights({ cap: 3 })).toEqual([exact[0], 3, exact[2], exact[3]]);
  expect(weights({ cap: 6 })).toEqual(exact);
  const free = setUpPart(unbiased()).role.coefficients(selection, undefined, toyProgress(0));
  expect([...free].map((c) => 4 * c)).toEqual(exact);
});

test("the cap may change along the run", () => {
  expect(weights({ cap: linear(1, 5) }, 50)[1]).toBeCloseTo(3, 12);
});

test("needs expectations, and a cap of at least the weight of uniform draws", () => {
  const { expected: _, ...bare } = selection;
  expect(() => setUpPart(capped()).role.coefficients(bare, undefined, toyProgress(0))).toThrow(
    expect.objectContaining({ code: "WEIGHTING_NEEDS_EXPECTATION" }),
  );
  expect(() => capped({ cap: 0.5 })).toThrow(expect.objectContaining({ code: "OPTION_INVALID" }));
});
