import { expect } from "vitest";

const TOLERANCE = 1e-5;

/** Expects numbers within 1e-5 of the wanted: |found − wanted| ≤ 1e-5 · max(1, |wanted|); NaN only for NaN. */
export function expectNear(
  found: ArrayLike<number>,
  wanted: ArrayLike<number>,
  what: string,
): void {
  expect(found.length, `length of ${what}`).toBe(wanted.length);
  const off = Array.from(wanted)
    .map((value, at) => ({ at, found: found[at] as number, wanted: value }))
    .filter((each) => !Object.is(each.found, each.wanted))
    .filter(
      (each) =>
        !(Math.abs(each.found - each.wanted) <= TOLERANCE * Math.max(1, Math.abs(each.wanted))),
    );
  expect(off.slice(0, 3), `${what}: ${off.length} of ${wanted.length} numbers are off`).toEqual([]);
}
