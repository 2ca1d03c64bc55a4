import { createRandom } from "@unequal/core";
import { expect, test } from "vitest";
import { createAggregateTree } from "./aggregate-tree.js";

const KINDS = {
  sum: { neutral: 0, combine: (a: number, b: number) => a + b },
  minimum: { neutral: Infinity, combine: Math.min },
  maximum: { neutral: 0, combine: Math.max },
};

const CAPACITIES = [1, 2, 3, 4, 5, 6, 7, 8, 9, 13, 16, 17, 31, 33, 100];

test.each(CAPACITIES)("capacity %i: the root is all slots combined, after every change", (size) => {
  const random = createRandom(size);
  const trees = Object.values(KINDS).map((kind) => createAggregateTree(size, kind));
  const slots = KINDS.sum;
  const naive = Array.from({ length: size }, () => 0);
  for (let slot = 0; slot < size; slot++) for (const tree of trees) tree.set(slot, 0);
  for (let change = 0; change < 200; change++) {
    const slot = random.integer(size);
    naive[slot] = random.integer(1000);
    for (const tree of trees) tree.set(slot, naive[slot]);
    const roots = trees.map(({ root }) => root());
    // Whole numbers add up exactly, in any order.
    expect(roots).toEqual([naive.reduce(slots.combine), Math.min(...naive), Math.max(...naive)]);
  }
  for (const { get } of trees) expect(naive.map((_, slot) => get(slot))).toEqual(naive);
});

test.each(CAPACITIES)("capacity %i: leaves come in the order of slots, without padding", (size) => {
  const { leaf, slot } = createAggregateTree(size, KINDS.sum);
  /** Walks the tree from left to right. */
  const leaves = (node: number): number[] =>
    node >= size ? [node] : [...leaves(2 * node), ...leaves(2 * node + 1)];
  const all = Array.from({ length: size }, (_, at) => at);
  expect(leaves(1).map(slot)).toEqual(all);
  expect(all.map((each) => slot(leaf(each)))).toEqual(all);
});

test("an order that matters is kept: what is combined need not commute", () => {
  const last = createAggregateTree(5, { neutral: Number.NaN, combine: (_, b) => b });
  [10, 11, 12, 13, 14].forEach((value, slot) => last.set(slot, value));
  expect(last.root()).toBe(14);
});
