import { createRandom, defineDataset, isUnequalError, Registry } from "@unequal/core";
import { arrays } from "@unequal/datasets";
import { expect, test } from "vitest";
import { loadSplits } from "./load-splits.js";

const train = arrays([[1], [2]], [[0], [1]]);

async function loaded(value: unknown): Promise<unknown> {
  const made = defineDataset({
    name: "made",
    summary: "made in code",
    setup: () => ({ load: () => Promise.resolve(value as never) }),
  });
  return loadSplits({ registry: new Registry([]), dataset: made() }, createRandom(0));
}

test("a training set alone will do, with a test set or without", async () => {
  expect(await loaded({ train })).toEqual({ train });
  expect(await loaded({ train, test: train })).toEqual({ train, test: train });
});

test.each([
  ["nothing", undefined],
  ["null", null],
  ["no training set", {}],
  ["a training set of null", { train: null }],
  ["columns", { train: { x: [1], y: [1] } }],
  ["a test set of text", { train, test: "mnist" }],
])("%s is told", async (_name, value) => {
  const error: unknown = await loaded(value).catch((thrown: unknown) => thrown);
  expect(isUnequalError(error) && error.code).toBe("DATASET_INVALID");
  expect((error as Error).message).toContain('"made" must load { train, test }');
});
