import { effectiveSampleSize, tauOf } from "@unequal/core";
import { setUpPart, toyPool, toyProgress } from "@unequal/core/testing";
import { expect, test } from "vitest";
import { proportional } from "./proportional.js";

const scores = Float32Array.of(1, 4, 0, 3, 2);

test("expects b s / Σs draws of each row", () => {
  const pool = toyPool({ size: 5, scores });
  const { role } = setUpPart(proportional());
  expect(Array.from(role.law?.(pool, 3, toyProgress(0)).expected ?? [])).toEqual(
    [0.1, 0.4, 0, 0.3, 0.2].map((p) => expect.closeTo(3 * p, 12) as number),
  );
});

test("has tau = B Σp² = B / effective sample size", () => {
  const pool = toyPool({ size: 5, scores });
  const { expected } =
    setUpPart(proportional()).role.law?.(pool, 3, toyProgress(0)) ?? expect.fail();
  const squares = 0.1 ** 2 + 0.4 ** 2 + 0.3 ** 2 + 0.2 ** 2;
  expect(tauOf(scores, expected)).toBeCloseTo(5 * squares, 12);
  expect(effectiveSampleSize(expected)).toBeCloseTo(1 / squares, 12);
});

test.each(["systematic", "multinomial"] as const)("never draws a score of 0 (%s)", (draw) => {
  const { role } = setUpPart(proportional({ draw }));
  for (let update = 0; update < 100; update++) {
    const { rows } = role.select(toyPool({ size: 5, scores }), 5, toyProgress(update));
    expect(rows).not.toContain(2);
  }
});

test("asks for a scorer where the pool has no scores", () => {
  const { role } = setUpPart(proportional());
  expect(() => role.select(toyPool({ scores: null }), 2, toyProgress(0))).toThrow(
    expect.objectContaining({ code: "SCORER_MISSING" }),
  );
});

test("refuses an unknown draw", () => {
  expect(() => proportional({ draw: "sistematic" as "systematic" })).toThrow(
    expect.objectContaining({ code: "OPTION_INVALID" }),
  );
});
