import { defineDataset, setUpPart } from "@unequal/core";
import { expect, test } from "vitest";
import { arrays } from "./arrays.js";
import { slice, sliced, split } from "./slice.js";

const dataset = arrays([[0], [1], [2], [3], [4]], [0, 1, 0, 1, 1]);

async function values(of: typeof dataset): Promise<number[]> {
  const ids = Uint32Array.from({ length: of.size }, (_, id) => id);
  const { inputs } = await of.take(ids, new Uint32Array(of.size));
  return [...(Object.values(inputs)[0]?.data ?? [])];
}

test("views a span of examples, with their labels", async () => {
  expect(await values(slice(dataset, 1, 3))).toEqual([1, 2]);
  expect([...(slice(dataset, 1, 3).labels?.() ?? [])]).toEqual([1, 0]);
});

test("splits the last examples off", async () => {
  const { train, test: held } = split(dataset, 0.4);
  expect(await values(train)).toEqual([0, 1, 2]);
  expect(await values(held)).toEqual([3, 4]);
});

test("empty slices and odd shares are coded errors", () => {
  expect(() => slice(dataset, 5, 9)).toThrow(
    expect.objectContaining({ code: "DATASET_EMPTY" }) as Error,
  );
  for (const [from, to] of [
    [-1, 3],
    [Number.NaN, 3],
    [0, Number.NaN],
    [0.5, 2],
  ] as const) {
    expect(() => slice(dataset, from, to)).toThrow(
      expect.objectContaining({ code: "OPTION_INVALID" }) as Error,
    );
  }
  expect(slice(dataset, 1, Infinity).size).toBe(4);
  expect(() => split(dataset, 1)).toThrow(
    expect.objectContaining({ code: "OPTION_INVALID" }) as Error,
  );
});

test("a configuration may name a part of a data set: its test examples stay", async () => {
  const whole = defineDataset({
    name: "five",
    summary: "Test.",
    setup: () => ({ load: async () => ({ train: dataset, test: slice(dataset, 0, 2) }) }),
  });
  const load = (options: { readonly from?: number; readonly to?: number }) =>
    setUpPart("dataset", sliced({ of: whole(), ...options })).load();
  const [head, tail] = [await load({ to: 3 }), await load({ from: 3 })];
  expect(await values(head.train)).toEqual([0, 1, 2]);
  expect(await values(tail.train)).toEqual([3, 4]);
  expect([...(tail.train.labels?.() ?? [])]).toEqual([1, 1]);
  expect(await values(tail.test ?? expect.fail())).toEqual([0, 1]);
  await expect(load({ from: 5 })).rejects.toThrow(
    expect.objectContaining({ code: "DATASET_EMPTY" }) as Error,
  );
});
