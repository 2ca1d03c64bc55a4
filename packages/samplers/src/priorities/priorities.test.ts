import { createRandom } from "@unequal/core";
import { describe, expect, test } from "vitest";
import { createPriorities, type PriorityOptions } from "./create-priorities.js";
import type { Priorities } from "./priorities.js";

const N = 37;
const EPSILON = 0.01;
const VARIANTS = ["proportional", "rank"] as const;

function create(options: Partial<PriorityOptions> = {}, capacity = N): Priorities {
  return createPriorities(capacity, { variant: "proportional", epsilon: EPSILON, ...options });
}

/** P by the formulas of the paper, over a plain array. */
const NAIVE: Record<(typeof VARIANTS)[number], (errors: number[], alpha: number) => number[]> = {
  proportional: (errors, alpha) =>
    shares(errors.map((error) => (Math.abs(error) + EPSILON) ** alpha)),
  rank: (errors, alpha) =>
    shares(
      errors.map((error, slot) => {
        const above = errors.filter(
          (other, at) =>
            Math.abs(other) > Math.abs(error) || (Math.abs(other) === Math.abs(error) && at < slot),
        );
        return (1 / (above.length + 1)) ** alpha;
      }),
    ),
};

function shares(values: number[]): number[] {
  const total = values.reduce((sum, value) => sum + value, 0);
  return values.map((value) => value / total);
}

function someErrors(seed: number, size = N): number[] {
  const random = createRandom(seed);
  return Array.from({ length: size }, () => (random.uniform() - 0.5) * 10 ** random.integer(4));
}

function filled(errors: number[], options: Partial<PriorityOptions>): Priorities {
  const priorities = create(options);
  errors.forEach((error, slot) => priorities.set(slot, error));
  return priorities;
}

function close(actual: ArrayLike<number>, wanted: readonly number[]): void {
  expect(Array.from(actual)).toEqual(wanted.map((p) => expect.closeTo(p, 12) as number));
}

describe.each(VARIANTS)("%s", (variant) => {
  describe.each([0, 0.6, 1, 2])("α = %f", (alpha) => {
    test("has the probabilities of the formula, and the smallest of them", () => {
      const errors = someErrors(1);
      const priorities = filled(errors, { variant, alpha });
      const naive = NAIVE[variant](errors, alpha);
      close(
        errors.map((_, slot) => priorities.probability(slot)),
        naive,
      );
      expect(priorities.least()).toBeCloseTo(Math.min(...naive), 14);
    });

    test("draws one slot from each of k segments: expected k P, within 5 standard errors", () => {
      const errors = someErrors(2);
      const priorities = filled(errors, { variant, alpha });
      const naive = NAIVE[variant](errors, alpha);
      const random = createRandom(3);
      const draws = 4000;
      const count = 7;
      const times = errors.map(() => 0);
      for (let draw = 0; draw < draws; draw++) {
        const { slots, probabilities } = priorities.draw(count, random);
        close(
          probabilities,
          Array.from(slots, (slot) => naive[slot] as number),
        );
        for (const slot of slots) times[slot] = (times[slot] as number) + 1;
      }
      times.forEach((seen, slot) => {
        const mean = draws * count * (naive[slot] as number);
        // The variance of k stratified draws is at most k P; 5 errors, for 37 slots: wrong once in 47,000.
        expect(Math.abs(seen - mean)).toBeLessThan(5 * Math.sqrt(mean) + 1e-9);
      });
    });
  });

  test("stratified: a slot with k P = e comes up at least ⌊e⌋ − 1 and at most ⌈e⌉ + 1 times", () => {
    const errors = someErrors(4, 8);
    const priorities = filled(errors, { variant, alpha: 1 });
    const naive = NAIVE[variant](errors, 1);
    const random = createRandom(5);
    for (let repeat = 0; repeat < 500; repeat++) {
      const { slots } = priorities.draw(20, random);
      naive.forEach((p, slot) => {
        const times = slots.filter((drawn) => drawn === slot).length;
        expect(times).toBeGreaterThanOrEqual(Math.floor(20 * p) - 1);
        expect(times).toBeLessThanOrEqual(Math.ceil(20 * p) + 1);
      });
    }
  });

  test("a new slot has the largest priority that others have now, and α is applied to it once", () => {
    const priorities = filled([0.5, 8, 0.25], { variant, alpha: 0.5 });
    priorities.admit(3);
    const naive = NAIVE[variant]([0.5, 8, 0.25, 8], 0.5);
    close(
      [0, 1, 2, 3].map((slot) => priorities.probability(slot)),
      naive,
    );
    // Once the largest have become small, or are gone, so is that of a new one.
    for (const slot of [0, 1, 2]) priorities.set(slot, 0.1);
    priorities.admit(3);
    close(
      [0, 1, 2, 3].map((slot) => priorities.probability(slot)),
      NAIVE[variant]([0.1, 0.1, 0.1, 0.1], 0.5),
    );
  });

  test("the first slot has the priority of an error of 1, give or take ε", () => {
    const priorities = create({ variant, alpha: 1 });
    expect(priorities.size()).toBe(0);
    priorities.admit(5);
    expect(priorities.size()).toBe(1);
    priorities.set(6, 2);
    const [first, second] = NAIVE[variant]([1 - EPSILON, 2], 1) as [number, number];
    // By rank the larger error comes first; slots 5 and 6 are the only ones.
    close([priorities.probability(5), priorities.probability(6)], [first, second]);
  });

  test("draws only slots that have a priority", () => {
    const priorities = create({ variant });
    for (const slot of [3, 17, 36]) priorities.set(slot, slot);
    const random = createRandom(6);
    for (let draw = 0; draw < 100; draw++)
      for (const slot of priorities.draw(9, random).slots) expect([3, 17, 36]).toContain(slot);
  });

  test.each([0, 1e-300, 1e300, Number.MAX_VALUE])(
    "errors of %d are drawn by finite weights",
    (error) => {
      const priorities = filled([error, 1, error, 1e3], { variant, alpha: 4 });
      const all = [0, 1, 2, 3].map((slot) => priorities.probability(slot));
      expect(all.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 12);
      expect(priorities.least()).toBeGreaterThan(0);
      expect(priorities.least()).toBe(Math.min(...all));
    },
  );

  test.each([Number.NaN, Infinity, -Infinity])("refuses an error of %d", (error) => {
    const priorities = filled([1, 2, 3], { variant });
    expect(() => priorities.set(1, error)).toThrow(
      expect.objectContaining({ code: "PRIORITY_INVALID" }),
    );
  });

  test("goes on from a state as it would have, and takes no other variant's or size's", () => {
    const priorities = filled(someErrors(7), { variant });
    const other = filled(someErrors(8), { variant });
    other.restore(structuredClone(priorities.state()));
    for (const each of [priorities, other]) {
      each.set(3, 0.3);
      each.admit(9);
    }
    const draws = [priorities, other].map((each) => each.draw(50, createRandom(9)));
    expect(draws[1]).toEqual(draws[0]);
    expect(other.least()).toBe(priorities.least());
    const incompatible = expect.objectContaining({ code: "STATE_INCOMPATIBLE" });
    const [state, opposite] = [
      priorities.state(),
      variant === "rank" ? "proportional" : "rank",
    ] as const;
    expect(() => create({ variant }, N + 1).restore(state)).toThrow(incompatible);
    expect(() => create({ variant: opposite }).restore(state)).toThrow(incompatible);
    expect(() => other.restore({ version: 0 })).toThrow(incompatible);
  });
});

test("by rank the size of an outlier does not matter", () => {
  const [tame, wild] = [3, 3e9].map((error) => filled([error, 2, 1], { variant: "rank" }));
  expect(wild?.probability(0)).toBe(tame?.probability(0));
});
