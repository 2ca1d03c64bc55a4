import { createRandom } from "@unequal/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createFoldTree, largest, least } from "./fold-tree.js";
import { createSumTree } from "./sum-tree.js";

const priorities = fc.array(
  fc.oneof(fc.constant(0), fc.double({ min: 1e-9, max: 1e9, noNaN: true })),
  {
    minLength: 1,
    maxLength: 70,
  },
);

/** The leaf whose part of the cumulative sum holds a point, by a scan. */
function scan(values: readonly number[], point: number): number {
  let sum = 0;
  const found = values.findIndex((value) => (sum += value) > point);
  return found < 0 ? values.findLastIndex((value) => value > 0) : found;
}

function filled(values: readonly number[]) {
  const tree = createSumTree(values.length);
  values.forEach((value, leaf) => tree.set(leaf, value));
  return tree;
}

test("finds what a linear scan finds, for any size and any zeros", () => {
  fc.assert(
    fc.property(
      priorities,
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (raw, u) => {
        // whole numbers add up exactly in any order
        const values = raw.map((value) => Math.round(value));
        const tree = filled(values);
        const total = values.reduce((sum, value) => sum + value, 0);
        expect(tree.whole()).toBe(total);
        if (total > 0) expect(tree.find(u * total)).toBe(scan(values, u * total));
      },
    ),
    { numRuns: 500, seed: 1 },
  );
});

test("a leaf of 0 is never found, wherever rounding puts the point", () => {
  fc.assert(
    fc.property(priorities, fc.double({ min: 0, max: 2, noNaN: true }), (values, u) => {
      fc.pre(values.some((value) => value > 0));
      const tree = filled(values);
      expect(values[tree.find(u * tree.whole())]).toBeGreaterThan(0);
    }),
    { numRuns: 500, seed: 2 },
  );
});

test("a million updates do not drift", () => {
  const size = 1000;
  const tree = createSumTree(size);
  const random = createRandom(3);
  const values = new Float64Array(size);
  for (let update = 0; update < 1_000_000; update++) {
    const leaf = random.integer(size);
    values[leaf] = 10 ** (12 * random.uniform() - 6);
    tree.set(leaf, values[leaf]);
  }
  for (let leaf = 0; leaf < size; leaf++) tree.set(leaf, (values[leaf] = leaf === 7 ? 1e-6 : 0));
  expect(tree.whole()).toBe(1e-6);
  expect(tree.find(0.99e-6)).toBe(7);
});

describe("least and largest follow what is there now, of any size", () => {
  test.each([1, 2, 3, 5, 64, 100])("%d", (size) => {
    const [low, high] = [createFoldTree(size, least), createFoldTree(size, largest)];
    expect([low.whole(), high.whole()]).toEqual([Infinity, -Infinity]);
    const random = createRandom(size);
    const values: number[] = [];
    for (let round = 0; round < 300; round++) {
      const leaf = random.integer(size);
      values[leaf] = random.uniform();
      low.set(leaf, values[leaf]);
      high.set(leaf, values[leaf]);
      const present = Object.values(values);
      expect([low.whole(), high.whole()]).toEqual([Math.min(...present), Math.max(...present)]);
    }
  });
});
