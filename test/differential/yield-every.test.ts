import { cpu } from "@unequal/backends";
import { setUpPart } from "@unequal/core";
import type { FitOptions } from "unequal";
import { beforeAll, expect, test } from "vitest";
import { column, expectCode, line, ours, quiet } from "./intended/small-models.js";

beforeAll(async () => {
  await setUpPart("backend", cpu()).start();
});

const x = () => column(1, 2, 3, 4);
const options = { ...quiet, batchSize: 1, epochs: 2 } as const;

/** Fits four updates an epoch; returns the epochs and batches that onYield was called after. */
async function yields(yieldEvery: NonNullable<FitOptions["yieldEvery"]>): Promise<string[]> {
  const got: string[] = [];
  const onYield = (epoch: number, batch: number): void => void got.push(`${epoch}.${batch}`);
  await ours(line()).fit(x(), x(), { ...options, yieldEvery, callbacks: { onYield } });
  return got;
}

test("batch and epoch yield after each", async () => {
  expect(await yields("batch")).toEqual("0.0 0.1 0.2 0.3 1.0 1.1 1.2 1.3".split(" "));
  expect(await yields("epoch")).toEqual(["0.3", "1.3"]);
});

test("a number waits for so many milliseconds", async () => {
  expect(await yields(1e6)).toEqual([]);
  expect(await yields(1e-6)).toHaveLength(8);
});

test("lets timers of the program run", async () => {
  let ticks = 0;
  const timer = setInterval(() => ticks++, 0);
  await ours(line()).fit(x(), x(), { ...options, epochs: 10, yieldEvery: "batch" });
  clearInterval(timer);
  expect(ticks).toBeGreaterThan(0);
});

test("never contradicts onYield", async () => {
  await expectCode(yields("never"), "OPTION_INVALID");
});
