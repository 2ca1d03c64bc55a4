import { expect, test } from "vitest";
import { tellChoices } from "./tell-choices.js";

function told(others: Partial<Parameters<typeof tellChoices>[0]>): string[] {
  const lines: string[] = [];
  const usual = {
    sampler: { name: "proportional" },
    scorer: { name: "upper-bound" },
    gate: { name: "tau" },
    sizer: { name: "fixed" },
    rate: { name: "effective-batch" },
    scheduler: undefined,
    scoring: "auto",
    presample: 384,
  } as const;
  tellChoices({ ...usual, ...others }, (line) => lines.push(line));
  return lines;
}

test("every choice is named", () => {
  expect(told({})).toEqual([
    "Importance sampling: sampler proportional, scorer upper-bound, gate tau, sizer fixed, rate effective-batch, presample 384, scoring auto.",
  ]);
});

test("a whole scheduler stands for gate, sizer and rate", () => {
  const whole = { gate: undefined, sizer: undefined, rate: undefined, scheduler: { name: "mine" } };
  expect(told({ ...whole, scoring: { name: "background", age: 2 } })).toEqual([
    "Importance sampling: sampler proportional, scorer upper-bound, scheduler mine, presample 384, scoring background.",
  ]);
});

test("samplers that do not draw by score have nothing to tell", () => {
  expect(told({ scorer: undefined })).toEqual([]);
});
