import { expect } from "vitest";

/** Numbers that come in several arrays, such as the parameters of a model. */
export type Values = readonly ArrayLike<number>[];

function largest(values: Values): number {
  let most = 0;
  for (const array of values)
    for (let at = 0; at < array.length; at++) most = Math.max(most, Math.abs(array[at] as number));
  return most;
}

/** Subtracts arrays from arrays of the same shapes. */
export function difference(left: Values, right: Values): readonly Float64Array[] {
  return left.map((array, part) =>
    Float64Array.from(array, (value, at) => value - (right[part]?.[at] ?? NaN)),
  );
}

/**
 * Checks that no number is off by more than `tolerance` times the largest one wanted (or 1e-6, if that is more); `what`
 * names the numbers in the report.
 */
export function expectClose(
  actual: Values,
  wanted: Values,
  tolerance = 1e-4,
  what = "numbers",
): void {
  expect(actual.map(({ length }) => length)).toEqual(wanted.map(({ length }) => length));
  const allowed = tolerance * Math.max(1e-6, largest(wanted));
  const gaps = difference(actual, wanted);
  expect(
    gaps.every((gap) => gap.every(Number.isFinite)),
    `${what} must be finite`,
  ).toBe(true);
  expect(largest(gaps), `${what} up to ${largest(wanted)} must agree`).toBeLessThanOrEqual(allowed);
}

/** Checks that some number differs by more than `least` times the largest one. */
export function expectDifferent(actual: Values, other: Values, least = 1e-7): void {
  expect(largest(difference(actual, other))).toBeGreaterThan(least * largest(other));
}
