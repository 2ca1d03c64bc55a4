import { arrays } from "@unequal/datasets";
import { expect, test } from "vitest";
import { followReading, readingBar, readingLines } from "./follow-reading.js";

test("a followed dataset is the same, and tells what was read before each reading", async () => {
  const dataset = arrays(
    [[1], [2], [3], [4], [5]],
    [
      [1, 0],
      [0, 1],
      [1, 0],
      [0, 1],
      [0, 1],
    ],
  );
  const told: number[] = [];
  let breaths = 0;
  const breathe = async (): Promise<void> => void (breaths += 1);
  const followed = followReading(dataset, { listener: (read) => told.push(read), breathe });
  expect(followed.size).toBe(5);
  expect(followed.labels?.()).toEqual(dataset.labels?.());
  for (const ids of [[0, 1], [2, 3], [4]]) {
    const [chosen, keys] = [Uint32Array.from(ids), new Uint32Array(ids.length)];
    expect(await followed.take(chosen, keys)).toEqual(await dataset.take(chosen, keys));
  }
  expect(told).toEqual([0, 2, 4]);
  expect(breaths).toBe(3);
});

test("a bar of what was read fits its width", () => {
  const lines: string[] = [];
  const line = { draw: (text: (width: number) => string) => lines.push(text(59)), clear: () => {} };
  const listener = readingBar(line, "training examples", 60_000);
  listener(0);
  listener(30_000);
  expect(lines[1]).toBe("████████░░░░░░░  50% | 30,000 of 60,000 | training examples");
  expect(lines.every(({ length }) => length <= 59)).toBe(true);
});

test("lines tell what was read every five seconds", () => {
  let now = 0;
  const lines: string[] = [];
  const clock = { now: () => now };
  const listener = readingLines((line) => lines.push(line), "test examples", { size: 9000, clock });
  for (const [time, read] of [
    [0, 0],
    [4999, 1000],
    [5000, 2000],
    [6000, 3000],
    [10_000, 4000],
  ] as const) {
    now = time;
    listener(read);
  }
  expect(lines).toEqual(["2,000 of 9,000 test examples", "4,000 of 9,000 test examples"]);
});
