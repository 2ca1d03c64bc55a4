import { expect, test } from "vitest";
import { arrays } from "./arrays.js";
import { slice } from "./slice.js";
import { weighClasses } from "./weigh-classes.js";

const keys = new Uint32Array(3);

test("multiplies the weight of each example by that of its class, 1 where none is named", async () => {
  const dataset = arrays([[1], [2], [3]], [0, 1, 2], { sampleWeight: [1, 2, 3] });
  const weighed = weighClasses(dataset, { 0: 5, 2: 0.5 });
  const { weights } = await weighed.take(Uint32Array.of(2, 0, 1), keys);
  expect([...(weights ?? [])]).toEqual([1.5, 5, 2]);
  expect((await dataset.take(Uint32Array.of(0), keys)).weights?.[0]).toBe(1);
});

test("goes by the ids of a view, and waits for a dataset that loads", async () => {
  const inner = arrays([[1], [2], [3]], [0, 1, 1]);
  const loading = {
    ...inner,
    take: (...of: Parameters<typeof inner.take>) => Promise.resolve(inner.take(...of)),
  };
  const weighed = weighClasses(slice(loading, 1, 3), { 1: 4 });
  expect([...((await weighed.take(Uint32Array.of(0, 1), keys)).weights ?? [])]).toEqual([4, 4]);
});

test("does not pass on how the dataset within is made anew: that one has no such weights", () => {
  const inner = { ...arrays([[1], [2]], [0, 1]), portable: { module: "data:text/javascript," } };
  expect(weighClasses(inner, { 1: 4 })).not.toHaveProperty("portable");
});

test.each([
  [/keyed by classes.*"cat"/, [0, 1], { cat: 2 }],
  [/class 1 has -1/, [0, 1], { 1: -1 }],
  [/class 1 has NaN/, [0, 1], { 1: NaN }],
  [/is of the type Map\. Give Object\.fromEntries/, [0, 1], new Map([[1, 2]])],
  [/needs targets that are classes/, [0.5, 1.5], { 1: 2 }],
])("%s", (message, targets, classWeight) => {
  const dataset = arrays([[1], [2]], targets);
  expect(() => weighClasses(dataset, classWeight as never)).toThrow(
    expect.objectContaining({
      code: "DATASET_INVALID",
      message: expect.stringMatching(message) as string,
    }) as Error,
  );
});
