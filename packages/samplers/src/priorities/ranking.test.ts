import { createRandom } from "@unequal/core";
import { describe, expect, test } from "vitest";
import { createRanking, type Ranking } from "./ranking.js";

const NONE = Number.NaN;

/** Slots by falling number, equal ones by slot. */
function sorted(values: readonly number[]): number[] {
  return [...values.keys()]
    .filter((slot) => !Number.isNaN(values[slot]))
    .sort((a, b) => (values[b] as number) - (values[a] as number) || a - b);
}

function orderOf(ranking: Ranking): number[] {
  return Array.from({ length: ranking.size() }, (_, rank) => ranking.at(rank));
}

describe.each([1, 2, 3, 50, 700])("of %i slots", (size) => {
  test("is the sorted order after every change, of numbers new, changed, equal and taken out", () => {
    const random = createRandom(size);
    const values = Array.from({ length: size }, () => NONE);
    const ranking = createRanking(Float64Array.from(values));
    for (let change = 0; change < 400; change++) {
      const slot = random.integer(size);
      values[slot] = random.uniform() < 0.1 ? NONE : random.integer(20);
      ranking.set(slot, values[slot]);
      expect(orderOf(ranking)).toEqual(sorted(values));
    }
    orderOf(ranking).forEach((slot, rank) => expect(ranking.rankOf(slot)).toBe(rank));
    expect([...ranking.numbers()]).toEqual(values);
    expect(ranking.largest()).toBe(values[sorted(values)[0] ?? size] ?? Number.NaN);
  });
});

test("stays sorted while its blocks are halved and joined: 20,000 slots rise, fall and go", () => {
  const random = createRandom(3);
  const size = 20_000;
  const values = Array.from({ length: size }, () => NONE);
  const ranking = createRanking(Float64Array.from(values));
  const put = (slot: number, value: number): void => {
    values[slot] = value;
    ranking.set(slot, value);
  };
  for (let slot = 0; slot < size; slot++) put(slot, slot);
  expect(orderOf(ranking)).toEqual(sorted(values));
  for (let change = 0; change < 40_000; change++) put(random.integer(size), -change);
  expect(orderOf(ranking)).toEqual(sorted(values));
  for (let change = 0; change < 60_000; change++) put(random.integer(size), NONE);
  expect(ranking.size()).toBeLessThan(2000);
  expect(orderOf(ranking)).toEqual(sorted(values));
  for (const rank of [0, 1, ranking.size() - 1])
    expect(ranking.rankOf(ranking.at(rank))).toBe(rank);
});

test("made of numbers at once it is the ranking that they make one by one", () => {
  const random = createRandom(4);
  const numbers = Float64Array.from({ length: 5000 }, () =>
    random.uniform() < 0.2 ? NONE : random.integer(300),
  );
  const ranking = createRanking(numbers);
  expect(orderOf(ranking)).toEqual(sorted([...numbers]));
  ranking.set(7, 1000);
  expect(ranking.at(0)).toBe(7);
  expect(numbers[7]).not.toBe(1000);
});
