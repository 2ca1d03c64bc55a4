import { createRandom } from "@unequal/core";
import { describe, expect, test } from "vitest";
import { createSumTree, type SumTree } from "./sum-tree.js";

function treeOf(values: readonly number[]): SumTree {
  const tree = createSumTree(values.length);
  values.forEach((value, slot) => tree.set(slot, value));
  return tree;
}

/** The first slot whose cumulative sum exceeds a point. */
function scan(values: readonly number[], point: number): number {
  let sum = 0;
  return values.findIndex((value) => (sum += value) > point);
}

describe.each([1, 2, 3, 5, 6, 7, 8, 11, 16, 100, 1000])("capacity %i", (size) => {
  const random = createRandom(size);
  // Multiples of 1/8 add up exactly in any order, so that tree and scan must agree on every point.
  const values = Array.from({ length: size }, () => Math.max(0, random.integer(40) - 8) / 8);
  values[random.integer(size)] = 2;
  const tree = treeOf(values);
  const total = values.reduce((sum, value) => sum + value, 0);

  test("finds what a linear scan finds, at random points and at every border", () => {
    let sum = 0;
    const borders = values.map((value) => (sum += value));
    const points = [0, ...borders, ...borders.map((border) => border - 2 ** -20)];
    for (let draw = 0; draw < 500; draw++) points.push(random.uniform() * total);
    for (const point of points.filter((each) => each >= 0 && each < total))
      expect(tree.find(point)).toBe(scan(values, point));
    expect(tree.total()).toBe(total);
  });

  test("never finds a slot of 0, even for points beyond the end", () => {
    for (const point of [total, total * (1 + 1e-9), 2 * total, Infinity])
      expect(tree.get(tree.find(point))).toBeGreaterThan(0);
  });
});

test("sums of numbers that round: the point of 1 − 2⁻⁵³ is in range, and no slot of 0 is found", () => {
  const random = createRandom(1);
  for (let repeat = 0; repeat < 2000; repeat++) {
    const size = 1 + random.integer(40);
    const values = Array.from({ length: size }, () =>
      random.uniform() < 0.5 ? 0 : random.uniform() * 10 ** (random.integer(30) - 15),
    );
    values[random.integer(size)] = 0.1;
    const tree = treeOf(values);
    for (const uniform of [0, 0.5, random.uniform(), 1 - 2 ** -53, 1])
      expect(tree.get(tree.find(uniform * tree.total()))).toBeGreaterThan(0);
  }
});

test("a million changes leave the total what a naive sum gives; float32 differences do not", () => {
  const random = createRandom(2);
  const size = 1000;
  const tree = createSumTree(size);
  const held = new Float32Array(size);
  const drifting = new Float32Array(1);
  for (let change = 0; change < 1_000_000; change++) {
    const slot = random.integer(size);
    // What TD errors do: large at first, small in the end.
    const value = random.uniform() * 10 ** (4 - change / 100_000);
    tree.set(slot, value);
    drifting[0] = (drifting[0] as number) + (Math.fround(value) - (held[slot] as number));
    held[slot] = value;
  }
  const naive = Array.from({ length: size }, (_, slot) => tree.get(slot));
  const sum = naive.reduce((total, value) => total + value, 0);
  expect(Math.abs(tree.total() / sum - 1)).toBeLessThan(1e-13);
  expect(tree.find(tree.total() * (1 - 2 ** -53))).toBeLessThan(size);
  expect(Math.abs((drifting[0] as number) / sum - 1)).toBeGreaterThan(0.01);
});
