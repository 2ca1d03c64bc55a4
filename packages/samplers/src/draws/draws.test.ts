import { createRandom, estimateGain, type Random } from "@unequal/core";
import { setUpPart, toyPool, toyProgress } from "@unequal/core/testing";
import { describe, expect, test } from "vitest";
import { proportional } from "../samplers/proportional.js";
import { inclusionProbabilities } from "./inclusion-probabilities.js";
import { multinomial } from "./multinomial.js";
import { poisson } from "./poisson.js";
import { stratified } from "./stratified.js";
import { systematicPps } from "./systematic-pps.js";
import { systematic } from "./systematic.js";

/** A generator that leaves orders alone and draws one given number. */
function fixedRandom(uniform: number): Random {
  return { ...createRandom(0), uniform: () => uniform, shuffle: (array) => array };
}

function counts(rows: Int32Array, size: number): number[] {
  return Array.from({ length: size }, (_, row) => rows.filter((drawn) => drawn === row).length);
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}

const ALMOST_ONE = 1 - 2 ** -53;
const uneven = Float64Array.of(0.02, 0, 0.31, 0.07, 0.2, 0, 0.3, 0.1, 0);
const repeating = { systematic, stratified, multinomial };
const distinct = { "systematic-pps": systematicPps, poisson };

describe.each(Object.entries({ ...repeating, ...distinct }))(
  "%s",
  (name, { expect: law, draw }) => {
    test("never draws a row of share 0, at either end of the offsets", () => {
      const edges = [
        uneven,
        Float64Array.of(0, 0, 5e-324, 0),
        Float64Array.of(1e-300, 1, 0),
        Float64Array.of(0, 1e300, 1e-300, 0),
        Float64Array.from({ length: 99 }, (_, row) => (row === 98 ? 0 : 0.1)),
      ];
      for (const shares of edges) {
        for (const uniform of [0, 2 ** -53, 0.5, ALMOST_ONE]) {
          const rows = draw(law(shares, 7), fixedRandom(uniform));
          if (name in repeating) expect(rows.length).toBe(7);
          for (const row of rows) expect(shares[row]).toBeGreaterThan(0);
        }
      }
    });

    test("draws the only row there is", () => {
      const times = name in repeating ? 4 : 1;
      expect([...draw(law(Float64Array.of(3), 4), createRandom(1))]).toEqual(Array(times).fill(0));
    });

    test("does not mind what shares sum to", () => {
      const [once, scaled] = [1, 1024].map((factor) =>
        draw(
          law(
            uneven.map((p) => p * factor),
            5,
          ),
          createRandom(2),
        ),
      );
      expect(scaled).toEqual(once);
    });

    test("leaves shares and expectations as they are", () => {
      const shares = uneven.slice();
      const expected = law(shares, 5);
      const kept = expected.slice();
      draw(expected, createRandom(3));
      expect([shares, expected]).toEqual([uneven, kept]);
    });
  },
);

test("systematic draws are exact: over all offsets each row comes up b p times", () => {
  const count = 4;
  const expected = uneven.map((p) => count * p);
  // Counts change only where an offset meets a border of the cumulative sum: between those, one offset tells all.
  const borders = [0, 1];
  let end = 0;
  for (const e of expected) borders.push((end += e) % 1);
  borders.sort((a, b) => a - b);
  const means = new Float64Array(uneven.length);
  borders.slice(1).forEach((to, at) => {
    const from = borders[at] as number;
    if (to - from < 1e-12) return;
    const rows = systematic.draw(expected, fixedRandom((from + to) / 2));
    counts(rows, uneven.length).forEach(
      (times, row) => (means[row] = (means[row] as number) + times * (to - from)),
    );
  });
  means.forEach((mean, row) => expect(mean).toBeCloseTo(expected[row] as number, 10));
});

test("systematic draws take each row ⌊b p⌋ or ⌈b p⌉ times", () => {
  const random = createRandom(4);
  const expected = uneven.map((p) => 9 * p);
  for (let repeat = 0; repeat < 200; repeat++) {
    counts(systematic.draw(expected, random), uneven.length).forEach((times, row) => {
      const e = expected[row] as number;
      expect(times).toBeGreaterThanOrEqual(Math.floor(e));
      expect(times).toBeLessThanOrEqual(Math.ceil(e));
    });
  }
});

test.each([
  ["systematic", systematic],
  ["stratified", stratified],
  ["systematic-pps", systematicPps],
])("%s draws shuffle: neighbours come up together no less often than others", (_, { draw }) => {
  const random = createRandom(5);
  const expected = new Float64Array(8).fill(2 / 8);
  const draws = 20_000;
  const together = { near: 0, far: 0 };
  for (let repeat = 0; repeat < draws; repeat++) {
    const rows = draw(expected, random);
    if (rows.includes(0) && rows.includes(1)) together.near += 1;
    if (rows.includes(0) && rows.includes(4)) together.far += 1;
  }
  // In a fixed order systematic draws of two could never take both 0 and 1. Four standard errors of a difference.
  const error = Math.sqrt((together.near + together.far) / draws ** 2);
  expect(together.near / draws).toBeGreaterThan(0.01);
  expect(Math.abs(together.near - together.far) / draws).toBeLessThan(4 * error);
});

test("stratified draws take one row of each piece: a row expected e times comes up e − 1 to e + 1 times", () => {
  const random = createRandom(6);
  const expected = uneven.map((p) => 9 * p);
  for (let repeat = 0; repeat < 500; repeat++) {
    const rows = stratified.draw(expected, random);
    expect(rows.length).toBe(9);
    counts(rows, uneven.length).forEach((times, row) =>
      expect(Math.abs(times - (expected[row] as number))).toBeLessThan(2),
    );
  }
});

test("stratified draws vary by e − e² + e³/3, and by 1/3 from e = 1 on", () => {
  const random = createRandom(9);
  const expected = Float64Array.of(0.1, 0.5, 0.9, 1.4, 2.3, 0.8, 0.7, 3.3);
  const draws = 20_000;
  const squares = new Float64Array(expected.length);
  for (let repeat = 0; repeat < draws; repeat++)
    counts(stratified.draw(expected, random), expected.length).forEach((times, row) => {
      squares[row] = (squares[row] as number) + (times - (expected[row] as number)) ** 2;
    });
  // Each square is below 4, so that five standard errors of their mean are below 5 √(4 · 0.3 / draws).
  squares.forEach((square, row) =>
    expect(Math.abs(square / draws - stratified.variance(expected[row] as number))).toBeLessThan(
      5 * Math.sqrt(1.2 / draws),
    ),
  );
});

describe("inclusion probabilities", () => {
  test("are in proportion where none is above 1", () => {
    const chances = inclusionProbabilities(uneven, 3);
    chances.forEach((chance, row) => expect(chance).toBeCloseTo(3 * (uneven[row] as number), 12));
  });

  test.each([1, 3, 4.5, 5, 6])("of %d rows: min(1, c p), c by bisection", (count) => {
    const shares = Float64Array.of(1, 2, 40, 3, 0, 9, 5);
    let [low, high] = [0, 100];
    for (let step = 0; step < 200; step++) {
      const middle = (low + high) / 2;
      const total = sum(shares.map((share) => Math.min(1, middle * share)));
      if (total < count) low = middle;
      else high = middle;
    }
    const chances = inclusionProbabilities(shares, count);
    expect(sum(chances)).toBeCloseTo(count, 12);
    chances.forEach((chance, row) =>
      expect(chance).toBeCloseTo(Math.min(1, low * (shares[row] as number)), 9),
    );
  });

  test("are 1 for every row with a share where there are no more than asked for", () => {
    for (const count of [3, 8])
      expect([...inclusionProbabilities(Float64Array.of(1, 0, 1e300, 1e-300), count)]).toEqual([
        1, 0, 1, 1,
      ]);
  });
});

test("systematic-pps draws b rows, none twice", () => {
  const random = createRandom(7);
  const expected = systematicPps.expect(uneven, 5);
  for (let repeat = 0; repeat < 500; repeat++) {
    const rows = systematicPps.draw(expected, random);
    expect(rows.length).toBe(5);
    expect(new Set(rows).size).toBe(5);
  }
});

test("poisson draws take rows one by one: batches may be empty, or larger than b", () => {
  const random = createRandom(8);
  const expected = poisson.expect(new Float64Array(10).fill(1), 2);
  const sizes = Array.from({ length: 2000 }, () => poisson.draw(expected, random).length);
  // Binomial(10, 0.2): mean 2, variance 1.6. Four standard errors.
  const mean = sizes.reduce((total, size) => total + size, 0) / sizes.length;
  expect(Math.abs(mean - 2)).toBeLessThan(4 * Math.sqrt(1.6 / sizes.length));
  expect(Math.min(...sizes)).toBe(0);
  expect(Math.max(...sizes)).toBeGreaterThan(4);
});

test("the tau of draws without replacement is not blinded by groups as small as b", () => {
  const scores = Float32Array.from({ length: 640 }, (_, row) => ((row * 37) % 101) ** 2);
  const pool = toyPool({ size: 640, scores });
  const planned = { batchSize: 128, candidates: 640, count: 128, progress: toyProgress(0) };
  const tauOf = (draw: "multinomial" | "systematic-pps"): number =>
    estimateGain(pool, setUpPart(proportional({ draw })).role, planned).tau;
  // No expectation is above 1 in the whole pool, so both draw by the same law.
  expect(tauOf("multinomial")).toBeGreaterThan(1.5);
  expect(tauOf("systematic-pps")).toBeCloseTo(tauOf("multinomial"), 2);
});
