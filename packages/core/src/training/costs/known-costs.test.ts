import { expect, test } from "vitest";
import { expected, nothingKnown, type Known } from "./known-costs.js";

const uniform = [0, 1, 2, 3].map((update) => ({ update, seconds: 2 }));
const known: Known = {
  ...nothingKnown,
  times: { ...nothingKnown.times, uniform },
  inline: { score: 1, step: 1 },
  tried: { score: 0.5, step: 1, background: 0.75 },
  next: 20,
  interval: 40,
};

test("costs are in the steps of the moment", () => {
  expect(expected(known, "inline", 4)).toEqual({ score: 2, step: 2 });
  expect(expected(known, "hidden", 4)).toEqual({ score: 1, step: 2, background: 1.5 });
});

test("what inline steps took beyond what was measured is expected of a replica that was not at work yet", () => {
  const inline = { steps: 0.5, update: 4 };
  const after = { ...known, surplus: { inline } };
  expect(expected(after, "inline", 4)).toEqual({ score: 3, step: 2 });
  expect(expected(after, "hidden", 4)).toEqual({ score: 2, step: 2, background: 2.5 });
  const worked = { ...known, surplus: { inline, hidden: { steps: 0.25, update: 4 } } };
  expect(expected(worked, "hidden", 4)).toEqual({ score: 1.5, step: 2, background: 2 });
});

test("what a replica took beyond what was measured says nothing of inline scoring", () => {
  const after = { ...known, surplus: { hidden: { steps: 80, update: 4 } } };
  expect(expected(after, "inline", 4)).toEqual({ score: 2, step: 2 });
});
