import { expect, test } from "vitest";
import { isProbe } from "./is-probe.js";

const row = (from: number): number[] => Array.from({ length: 5 }, (_, at) => from + at);

test("five uniform updates in a row come after 20, 40, 80, 160 and then every 240 others", () => {
  const found = Array.from({ length: 1000 }, (_, since) => since).filter(isProbe);
  expect(found).toEqual([20, 65, 150, 315, 560, 805].flatMap(row));
  expect(found.length / 1000, "share").toBe(0.03);
});
