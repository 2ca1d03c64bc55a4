import { expect } from "vitest";

/**
 * Bounds every statistical test of the suites: a mean may be this many standard errors off. A single test is
 * wrong once in 26 million; by Bonferroni's correction a thousand rows are wrong once in 26 thousand.
 */
export const STANDARD_ERRORS = 5.5;

/** The normal approximation is trusted for rows that came up at least so often. */
const LEAST_HITS = 30;

/** Collects the moments of one number per row over repeated draws. */
export interface Moments {
  /** Adds one draw: a number for each row. */
  readonly add: (values: Float64Array) => void;
  readonly mean: (row: number) => number;
  readonly variance: (row: number) => number;
  /** Standard error of `variance`. */
  readonly varianceError: (row: number) => number;
  /** How often the row's number was not 0. */
  readonly hits: (row: number) => number;
  readonly draws: () => number;
}

/** Creates empty moments of `size` rows. */
export function createMoments(size: number): Moments {
  const powers = [1, 2, 3, 4].map(() => new Float64Array(size));
  const hits = new Int32Array(size);
  let draws = 0;
  const raw = (power: number, row: number): number => (powers[power - 1]?.[row] as number) / draws;
  const variance = (row: number): number => Math.max(0, raw(2, row) - raw(1, row) ** 2);
  const fourth = (row: number): number => {
    const mean = raw(1, row);
    return raw(4, row) - 4 * mean * raw(3, row) + 6 * mean ** 2 * raw(2, row) - 3 * mean ** 4;
  };
  return {
    add: (values) => {
      draws += 1;
      for (let row = 0; row < size; row++) {
        const value = values[row] as number;
        if (value === 0) continue;
        hits[row] = (hits[row] as number) + 1;
        let power = 1;
        for (const sums of powers) sums[row] = (sums[row] as number) + (power *= value);
      }
    },
    mean: (row) => raw(1, row),
    variance,
    varianceError: (row) => Math.sqrt(Math.max(0, fourth(row) - variance(row) ** 2) / draws),
    hits: (row) => hits[row] as number,
    draws: () => draws,
  };
}

/**
 * Checks the mean of every row by a z-test, {@link STANDARD_ERRORS} wide. Rows that came up too rarely for one are
 * passed over, but every row with an expectation must come up.
 */
export function expectMeans(
  moments: Moments,
  wanted: { readonly what: string; readonly means: Float64Array },
): void {
  wanted.means.forEach((expected, row) => {
    const mean = moments.mean(row);
    const hits = moments.hits(row);
    if (hits > 0 && hits < LEAST_HITS) return;
    const error = Math.sqrt(moments.variance(row) / moments.draws());
    const allowed = STANDARD_ERRORS * error + 1e-9 * Math.abs(expected);
    expect(
      Math.abs(mean - expected),
      `${wanted.what} of row ${row} must be ${expected} on average, but is ${mean} ± ${error} over ${moments.draws()} draws`,
    ).toBeLessThanOrEqual(allowed);
  });
}
