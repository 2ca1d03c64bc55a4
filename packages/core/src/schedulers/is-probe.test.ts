import { expect, test } from "vitest";
import { isProbe } from "./is-probe.js";

const row = (from: number): number[] => Array.from({ length: 5 }, (_, at) => from + at);

test("five uniform updates in a row come after 60, 120, 240 and then every 240 others", () => {
  const found = Array.from({ length: 1000 }, (_, since) => since).filter(isProbe);
  expect(found).toEqual([...row(60), ...row(185), ...row(430), ...row(675), ...row(920)]);
  expect(found.length / 1000, "share").toBeLessThan(0.03);
});
