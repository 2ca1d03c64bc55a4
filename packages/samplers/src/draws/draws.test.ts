import { createRandom, type Random } from "@unequal/core";
import { describe, expect, test } from "vitest";
import { multinomial } from "./multinomial.js";
import { systematic } from "./systematic.js";

/** A generator that leaves orders alone and draws one given number. */
function fixedRandom(uniform: number): Random {
  return { ...createRandom(0), uniform: () => uniform, shuffle: (array) => array };
}

function counts(rows: Int32Array, size: number): number[] {
  return Array.from({ length: size }, (_, row) => rows.filter((drawn) => drawn === row).length);
}

const ALMOST_ONE = 1 - 2 ** -53;
const uneven = Float64Array.of(0.02, 0, 0.31, 0.07, 0.2, 0, 0.3, 0.1, 0);

describe.each([
  ["systematic", systematic],
  ["multinomial", multinomial],
])("%s", (_, { draw }) => {
  test("never draws a row of probability 0, at either end of the offsets", () => {
    const edges = [
      uneven,
      Float64Array.of(0, 0, 5e-324, 0),
      Float64Array.of(1e-300, 1, 0),
      Float64Array.of(0, 1e300, 1e-300, 0),
      Float64Array.from({ length: 99 }, (_, row) => (row === 98 ? 0 : 0.1)),
    ];
    for (const probabilities of edges) {
      for (const uniform of [0, 2 ** -53, 0.5, ALMOST_ONE]) {
        const rows = draw(probabilities, 7, fixedRandom(uniform));
        expect(rows.length).toBe(7);
        for (const row of rows) expect(probabilities[row]).toBeGreaterThan(0);
      }
    }
  });

  test("draws the only row there is", () => {
    expect([...draw(Float64Array.of(3), 4, createRandom(1))]).toEqual([0, 0, 0, 0]);
  });

  test("does not mind whether probabilities sum to 1", () => {
    const [once, scaled] = [1, 1024].map((factor) =>
      draw(
        uneven.map((p) => p * factor),
        50,
        createRandom(2),
      ),
    );
    expect(scaled).toEqual(once);
  });

  test("leaves the probabilities as they are", () => {
    const probabilities = uneven.slice();
    draw(probabilities, 5, createRandom(3));
    expect(probabilities).toEqual(uneven);
  });
});

test("systematic draws are exact: over all offsets each row comes up b p times", () => {
  const count = 4;
  const expected = uneven.map((p) => count * p);
  // Counts change only where an offset meets a border of the cumulative sum: between those, one offset tells all.
  const borders = [0, 1];
  let sum = 0;
  for (const e of expected) borders.push((sum += e) % 1);
  borders.sort((a, b) => a - b);
  const means = new Float64Array(uneven.length);
  borders.slice(1).forEach((end, at) => {
    const start = borders[at] as number;
    if (end - start < 1e-12) return;
    const rows = systematic.draw(uneven, count, fixedRandom((start + end) / 2));
    counts(rows, uneven.length).forEach(
      (times, row) => (means[row] = (means[row] as number) + times * (end - start)),
    );
  });
  means.forEach((mean, row) => expect(mean).toBeCloseTo(expected[row] as number, 10));
});

test("systematic draws take each row ⌊b p⌋ or ⌈b p⌉ times", () => {
  const random = createRandom(4);
  for (let repeat = 0; repeat < 200; repeat++) {
    counts(systematic.draw(uneven, 9, random), uneven.length).forEach((times, row) => {
      const e = 9 * (uneven[row] as number);
      expect(times).toBeGreaterThanOrEqual(Math.floor(e));
      expect(times).toBeLessThanOrEqual(Math.ceil(e));
    });
  }
});

test("systematic draws shuffle: neighbours come up together no less often than others", () => {
  const random = createRandom(5);
  const equal = new Float64Array(8).fill(1 / 8);
  const draws = 20_000;
  let together = 0;
  for (let repeat = 0; repeat < draws; repeat++) {
    const rows = systematic.draw(equal, 2, random);
    if (rows.includes(0) && rows.includes(1)) together += 1;
  }
  // A random pair of eight: 1/28. In a fixed order 0 and 1 could never meet. Four standard errors.
  const p = 1 / 28;
  expect(Math.abs(together / draws - p)).toBeLessThan(4 * Math.sqrt((p * (1 - p)) / draws));
});
