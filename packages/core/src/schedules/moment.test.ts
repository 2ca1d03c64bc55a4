import { expect, test } from "vitest";
import { z } from "zod";
import type { Progress } from "../contracts/progress.js";
import { describeOptions, validateOptions } from "../plugin/validate-options.js";
import { toyProgress } from "../testing/toy-pool.js";
import { moment, type Reached } from "./moment.js";

const schema = z.strictObject({ at: moment().default("10ep").describe("when") });

function reached(at: string, progress: Partial<Progress>): boolean {
  const options = validateOptions("test", schema, { at }) as { at: Reached };
  return options.at({ ...toyProgress(0), ...progress });
}

test.each<[string, Partial<Progress>, boolean]>([
  ["0up", { update: 0 }, true],
  ["500up", { update: 499 }, false],
  ["500up", { update: 500 }, true],
  ["2ep", { update: 19, updatesPerEpoch: 10 }, false],
  ["2ep", { update: 20, updatesPerEpoch: 10 }, true],
  ["0.875dur", { done: 0.87 }, false],
  ["0.875dur", { done: 0.875 }, true],
])("%s at %j: %s", (at, progress, wanted) => {
  expect(reached(at, progress)).toBe(wanted);
});

test("a text that is no stretch is refused; the default is listed", () => {
  expect(() => validateOptions("test", schema, { at: "soon" })).toThrow(
    expect.objectContaining({ code: "OPTION_INVALID" }),
  );
  expect(describeOptions(schema)).toEqual([
    { name: "at", type: "stretch", default: "10ep", description: "when" },
  ]);
});
