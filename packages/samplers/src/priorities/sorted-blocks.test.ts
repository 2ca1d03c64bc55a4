import { createRandom } from "@unequal/core";
import { expect, test } from "vitest";
import { createSortedBlocks } from "./sorted-blocks.js";

const rising = (a: number, b: number): boolean => a < b;

test("is a sorted array through insertions and removals, from empty to many blocks and back", () => {
  const random = createRandom(1);
  const list = createSortedBlocks(new Uint32Array(0), rising);
  const held = new Set<number>();
  const check = (): void => {
    const sorted = [...held].sort((a, b) => a - b);
    expect(sorted.map((_, rank) => list.at(rank))).toEqual(sorted);
    for (const rank of [0, sorted.length >> 1, sorted.length - 1])
      if (sorted.length > 0) expect(list.rankOf(sorted[rank] as number)).toBe(rank);
  };
  for (const chance of [0.9, 0.5, 0.1, 0]) {
    for (let change = 0; change < 10_000; change++) {
      const element = random.integer(20_000);
      if (random.uniform() < chance !== held.has(element)) {
        if (held.delete(element)) list.remove(element);
        else {
          held.add(element);
          list.insert(element);
        }
      }
    }
    check();
  }
  for (const element of [...held]) {
    held.delete(element);
    list.remove(element);
  }
  list.insert(5);
  expect(list.at(0)).toBe(5);
});

test.each([0, 1, 511, 512, 513, 1024, 3000])("starts with %i sorted elements", (length) => {
  const sorted = Uint32Array.from({ length }, (_, at) => 2 * at);
  const list = createSortedBlocks(sorted, rising);
  expect(Array.from(sorted, (_, rank) => list.at(rank))).toEqual([...sorted]);
  list.insert(2 * length + 1);
  expect(list.rankOf(2 * length + 1)).toBe(length);
});
