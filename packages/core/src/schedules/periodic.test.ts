import { expect, test } from "vitest";
import { z } from "zod";
import type { Progress } from "../contracts/progress.js";
import { describeOptions, validateOptions } from "../plugin/validate-options.js";
import { toyProgress } from "../testing/toy-pool.js";
import { periodic } from "./periodic.js";
import type { NumberAt } from "./schedule.js";

const schema = z.strictObject({ every: periodic().optional().describe("how often") });

function passed(every: string, progress: Partial<Progress>): number {
  const options = validateOptions("test", schema, { every }) as { every: NumberAt };
  return options.every({ ...toyProgress(0), ...progress });
}

test.each<[string, Partial<Progress>, number]>([
  ["500up", { update: 0 }, 0],
  ["500up", { update: 499 }, 0],
  ["500up", { update: 500 }, 1],
  ["500up", { update: 1700 }, 3],
  ["2ep", { update: 79, updatesPerEpoch: 10 }, 3],
  ["0.5ep", { update: 5, updatesPerEpoch: 10 }, 1],
  ["0.1dur", { done: 0.25 }, 2],
])("%s at %j: %d whole periods passed", (every, progress, wanted) => {
  expect(passed(every, progress)).toBe(wanted);
});

test.each(["0up", "0.0ep", "2", "often", ""])("%j is no period", (every) => {
  expect(() => validateOptions("test", schema, { every })).toThrow(
    expect.objectContaining({ code: "OPTION_INVALID" }),
  );
});

test("a default is what a user would write", () => {
  const { often } = validateOptions(
    "test",
    z.strictObject({ often: periodic().default("2up") }),
    {},
  ) as {
    often: NumberAt;
  };
  expect(often({ ...toyProgress(0), update: 5 })).toBe(2);
});

test("may be left out, and is listed", () => {
  expect(validateOptions("test", schema, {})).toEqual({});
  expect(describeOptions(schema)).toEqual([
    { name: "every", type: "stretch", description: "how often" },
  ]);
});
