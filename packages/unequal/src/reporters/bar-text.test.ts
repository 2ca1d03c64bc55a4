import { describe, expect, test } from "vitest";
import { barText, type BarField } from "./bar-text.js";

const FIELDS: readonly BarField[] = [
  { text: "step 12,345", rank: 2 },
  { text: "loss 0.0123", rank: 1 },
  { text: "tau 1.85", rank: 4 },
  { text: "importance off", rank: 3 },
  { text: "12,345 examples/s", rank: 5 },
  { text: "1 min 05 s left", rank: 0 },
];

test.each([
  [
    120,
    "██████████░░░░░░░░░░  50% | step 12,345 | loss 0.0123 | tau 1.85 | importance off | 12,345 examples/s | 1 min 05 s left",
  ],
  [
    100,
    "██████████░░░░░░░░░░  50% | step 12,345 | loss 0.0123 | tau 1.85 | importance off | 1 min 05 s left",
  ],
  [80, "██████░░░░░░  50% | step 12,345 | loss 0.0123 | importance off | 1 min 05 s left"],
  [60, "█████░░░░  50% | step 12,345 | loss 0.0123 | 1 min 05 s left"],
  [40, "█████████░░░░░░░░  50% | 1 min 05 s left"],
  [13, "████░░░░  50%"],
  [12, "50%"],
  [2, "50"],
  [0, ""],
])("in %d columns", (width, line) => {
  expect(barText()(0.5, FIELDS, width)).toBe(line);
});

describe("whatever the width", () => {
  test.each(Array.from({ length: 131 }, (_, width) => width))(
    "%d columns are not exceeded",
    (width) => {
      const line = barText()(0.333, FIELDS, width);
      expect(line.length).toBeLessThanOrEqual(width);
      expect(line).not.toMatch(/ \|$/);
    },
  );
});

test("a field that became shorter keeps its place, so that the line does not jump", () => {
  const text = barText();
  const at = (loss: string): string =>
    text(
      0.1,
      [
        { text: `loss ${loss}`, rank: 0 },
        { text: "end", rank: 1 },
      ],
      80,
    );
  const [long, short] = [at("1.23e-4"), at("0.5")];
  expect(short.indexOf("end")).toBe(long.indexOf("end"));
  expect(short).toContain("loss 0.5     | end");
});

test("a field takes room from its first text on", () => {
  const text = barText();
  const at = (rate: string): string =>
    text(
      0.1,
      [
        { text: "loss 1", rank: 0 },
        { text: rate, rank: 1 },
        { text: "end", rank: 2 },
      ],
      80,
    );
  expect(at("")).toMatch(/loss 1 \| end$/);
  expect(at("×1.02")).toMatch(/loss 1 \| ×1.02 \| end$/);
  expect(at("×1")).toMatch(/loss 1 \| ×1 {4}\| end$/);
});

test.each([
  [0, "░░░░░░░░   0%"],
  [0.999, "████████  99%"],
  [1, "████████ 100%"],
  [1.2, "████████ 100%"],
])("a share of %d", (share, line) => expect(barText()(share, [], 13)).toBe(line));
