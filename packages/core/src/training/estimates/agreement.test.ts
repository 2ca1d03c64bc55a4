import { describe, expect, test } from "vitest";
import { createRandom } from "../../random/create-random.js";
import { correction, corrected, createAgreement } from "./agreement.js";
import type { DrawnBy } from "../draws/draw-rows.js";
import { tauOf } from "../../gain/gain.js";

const B = 400;
const b = 100;

/** Scores u³ of B candidates, and the expectations of drawing b of them in proportion to other ones. */
function staleDraw(noise: number) {
  const random = createRandom("stale");
  const fresh = Float32Array.from({ length: B }, () => 0.02 + random.uniform() ** 3);
  const stale = fresh.map((s) => s * Math.exp(noise * (random.uniform() - 0.5)));
  const total = stale.reduce((sum, s) => sum + s, 0);
  const expected = Float64Array.from(stale, (s) => (b * s) / total);
  return { fresh, stale, expected };
}

/** Draws b rows independently. */
function draw(expected: Float64Array, random: ReturnType<typeof createRandom>): Int32Array {
  const times = new Int32Array(B);
  for (let at = 0; at < b; at++) {
    let point = random.uniform() * b;
    const row = expected.findIndex((e) => (point -= e) < 0);
    const drawn = row < 0 ? B - 1 : row;
    times[drawn] = (times[drawn] as number) + 1;
  }
  return times;
}

function drawnBy(times: Int32Array, expected: Float64Array, stale: Float32Array) {
  const rows = [...times.keys()].filter((row) => (times[row] as number) > 0);
  const by: DrawnBy = {
    times: Int32Array.from(rows, (row) => times[row] as number),
    expected: Float64Array.from(rows, (row) => expected[row] as number),
    scores: Float32Array.from(rows, (row) => stale[row] as number),
  };
  return { rows, by };
}

describe("what a step finds corrects what old scores said of the gain", () => {
  test("the factor is 1 where scores are as they were, whatever was drawn", () => {
    const { stale, expected } = staleDraw(2);
    const { by } = drawnBy(draw(expected, createRandom(1)), expected, stale);
    expect(correction(by, by.scores)).toBe(1);
    expect(
      correction(
        by,
        by.scores.map((s) => 4 * s),
      ),
    ).toBeCloseTo(1, 12);
  });

  test.each([0.5, 1, 2, 3])(
    "its mean over 2,000 draws is τ(p; s)/τ(p; s̃) to 5 %%, a ratio's own bias included: noise %d",
    (noise) => {
      const { fresh, stale, expected } = staleDraw(noise);
      const random = createRandom(7);
      let sum = 0;
      for (let round = 0; round < 2000; round++) {
        const { rows, by } = drawnBy(draw(expected, random), expected, stale);
        sum +=
          correction(
            by,
            Float32Array.from(rows, (row) => fresh[row] as number),
          ) / 2000;
      }
      const wanted = tauOf(fresh, expected) / tauOf(stale, expected);
      expect(Math.abs(sum / wanted - 1)).toBeLessThan(0.05);
      if (noise >= 1) expect(wanted).toBeLessThan(0.95);
    },
  );

  test("an estimate is corrected in τ and gain, and left out where nothing can be told", () => {
    const estimate = {
      tau: 4,
      dispersion: 1,
      totalVariation: 0.3,
      candidates: 384,
      count: 128,
      gain: 1 / (1 / 4 + 1 / 3),
    };
    expect(corrected(estimate, 0.5, 128)).toEqual({
      ...estimate,
      tau: 2,
      gain: 1 / (1 / 2 + 1 / 3),
    });
    expect(corrected(estimate, Number.NaN, 128)).toBeUndefined();
    expect(corrected(estimate, 0, 128)).toBeUndefined();
  });
});

test("what was found of old scores is remembered, and forgotten where nothing more is found", () => {
  const agreement = createAgreement();
  for (let step = 0; step < 100; step++) agreement.learn(0.5);
  agreement.learn(Number.NaN);
  expect(agreement.forget()).toBeCloseTo(0.5, 3);
  const other = createAgreement();
  other.restore(agreement.state());
  expect(other.forget()).toBe(agreement.forget());
  for (let step = 0; step < 500; step++) agreement.forget();
  expect(agreement.forget()).toBeGreaterThan(0.99);
});
