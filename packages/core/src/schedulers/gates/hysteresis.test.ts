import { expect, test } from "vitest";
import { marginOn, nextSwitch, undecided, type Switch } from "./hysteresis.js";

const rule = { margin: 0.05, dwell: 1 };

/** Decides of benefits in turn, against a threshold of 1. */
function decide(values: readonly number[], before: Switch = undecided): Switch {
  return values.reduce((seen, value) => nextSwitch(seen, { value, threshold: 1 }, rule), before);
}

test("the margin to come on doubles each time that it came on and went off again, from the second on", () => {
  let seen = undecided;
  const margins = Array.from({ length: 4 }, () => {
    const margin = marginOn(seen, rule);
    expect(decide([1 + margin - 1e-9], seen).on).toBe(false);
    seen = decide([1 + margin + 1e-9], seen);
    expect(seen.on).toBe(true);
    // off as easily as ever
    expect(decide([0.951], seen).on).toBe(true);
    seen = decide([0.949], seen);
    expect(seen.on).toBe(false);
    return margin;
  });
  expect(margins).toEqual([0.05, 0.05, 0.1, 0.2]);
});

test("a change of mind is forgotten after a thousand estimates without another", () => {
  const wavering = decide([2, 0, 2, 0, 2, 0]);
  expect(marginOn(wavering, rule)).toBeCloseTo(0.2, 12);
  const later = (estimates: number): number =>
    marginOn(decide(Array<number>(estimates).fill(1), wavering), rule);
  expect(later(999)).toBeCloseTo(0.2, 12);
  expect(later(1000)).toBeCloseTo(0.1, 12);
  expect(later(3000)).toBeCloseTo(0.05, 12);
  // and a change after that counts on from there
  expect(decide([...Array<number>(2000).fill(1), 2], wavering).changes).toBe(5);
});
