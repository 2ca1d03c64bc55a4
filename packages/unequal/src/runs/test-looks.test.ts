import type { Dataset, Progress } from "@unequal/core";
import { toyDataset, toyLearner, toyProgress } from "@unequal/core/testing";
import { expect, test } from "vitest";
import { testLooks } from "./test-looks.js";

const at = (done: number, seen: number): Progress => ({ ...toyProgress(1), done, seen });

/** The same examples, and the ids that were asked for. */
function watched(dataset: Dataset): { readonly dataset: Dataset; readonly ids: number[] } {
  const ids: number[] = [];
  const take: Dataset["take"] = (asked, keys) => {
    ids.push(...asked);
    return dataset.take(asked, keys);
  };
  return { dataset: { ...dataset, take }, ids };
}

test("looks once in each twentieth of a run", async () => {
  const { follow, looks } = testLooks(toyLearner(), toyDataset({ size: 10 }));
  for (let step = 1; step <= 100; step++) await follow(at(step / 100, 1e9));
  expect(looks().map(({ share }) => share)).toEqual(
    Array.from({ length: 20 }, (_, index) => (5 * (index + 1)) / 100),
  );
  expect(looks().every(({ loss }) => loss > 0)).toBe(true);
});

test("looks at 500 examples, evenly spaced", async () => {
  const { dataset, ids } = watched(toyDataset({ size: 2000 }));
  await testLooks(toyLearner(), dataset).follow(at(1, 1e9));
  expect(ids).toEqual(Array.from({ length: 500 }, (_, index) => 4 * index));
});

test("evaluates no more than one example for twenty that training has seen", async () => {
  const { dataset, ids } = watched(toyDataset({ size: 10 }));
  const { follow } = testLooks(toyLearner(), dataset);
  for (let step = 1; step <= 100; step++) await follow(at(step / 100, 7 * step));
  expect(ids).toHaveLength(30);
});

test("looks at nothing without test examples, or where layers keep states", async () => {
  const learner = toyLearner();
  const stateful = { ...learner, facts: { ...learner.facts, stateful: 4 } };
  for (const none of [testLooks(learner, undefined), testLooks(stateful, toyDataset())]) {
    await none.follow(at(1, 1e9));
    expect(none.looks()).toEqual([]);
  }
});
