import { expect, test } from "vitest";
import { mergeConfigs } from "./merge-configs.js";

test("the upper keys win, undefined ones do not", () => {
  expect(mergeConfigs({ seed: 1, batchSize: 8 }, { seed: 2 })).toEqual({ seed: 2, batchSize: 8 });
});

test("one limit replaces all of the lower ones", () => {
  expect(mergeConfigs({ epochs: 3, maxTime: "60s", seed: 1 }, { maxSteps: 5 })).toEqual({
    maxSteps: 5,
    seed: 1,
  });
  expect(mergeConfigs({ epochs: 3, maxSteps: 9 }, { seed: 1 })).toEqual({
    epochs: 3,
    maxSteps: 9,
    seed: 1,
  });
});

test("plugins add up, each once", () => {
  expect(mergeConfigs({ plugins: ["a", "b"] }, { plugins: ["b", "c"] })).toEqual({
    plugins: ["a", "b", "c"],
  });
});
