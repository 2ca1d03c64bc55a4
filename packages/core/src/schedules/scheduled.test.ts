import { describe, expect, test } from "vitest";
import { z } from "zod";
import type { Progress } from "../contracts/progress.js";
import { describeOptions, validateOptions } from "../plugin/validate-options.js";
import { toyProgress } from "../testing/toy-pool.js";
import { cosine, exponential, linear, steps, type NumberAt, type Scheduled } from "./schedule.js";
import { scheduled } from "./scheduled.js";

const share = z.number().min(0).max(1);

function at(given: Scheduled, progress: Partial<Progress>): number {
  const schema = z.strictObject({ value: scheduled(z.number().min(-10).max(500)) });
  const { value } = validateOptions("test", schema, { value: given }) as { value: NumberAt };
  return value({ ...toyProgress(0), ...progress });
}

function code(schema: z.ZodType, given: unknown): string | undefined {
  try {
    validateOptions("test", schema, given);
    return undefined;
  } catch (error) {
    return `${(error as { code: string }).code} ${(error as Error).message}`;
  }
}

test("a number stays the same", () => {
  expect(at(0.4, { update: 999 })).toBe(0.4);
});

describe("over the run, over updates, over epochs", () => {
  test.each<[Scheduled, Partial<Progress>, number]>([
    [linear(0.4, 1), { done: 0 }, 0.4],
    [linear(0.4, 1), { done: 0.5 }, 0.7],
    [linear(0.4, 1), { done: 1 }, 1],
    [linear(0.4, 1, "0.5dur"), { done: 0.25 }, 0.7],
    [linear(0.4, 1, "0.5dur"), { done: 0.75 }, 1],
    [linear(10, 0, "200up"), { update: 50 }, 7.5],
    [linear(10, 0, "200up"), { update: 300 }, 0],
    [linear(10, 0, "10ep"), { update: 25, updatesPerEpoch: 10 }, 7.5],
    [linear(10, 0, "0up"), { update: 0 }, 0],
    [exponential(100, 1, "50ep"), { update: 25 * 8, updatesPerEpoch: 8 }, 10],
    [cosine(1, 0), { done: 1 / 3 }, 0.75],
    [steps(["0up", 1], ["10up", 0.5], ["0.5dur", 0.1]), { update: 9, done: 0.1 }, 1],
    [steps(["0up", 1], ["10up", 0.5], ["0.5dur", 0.1]), { update: 10, done: 0.1 }, 0.5],
    [steps(["0up", 1], ["10up", 0.5], ["0.5dur", 0.1]), { update: 10, done: 0.5 }, 0.1],
    [{ linear: [0, 1] }, { done: 0.3 }, 0.3],
  ])("%j at %j is %d", (given, progress, wanted) => {
    expect(at(given, progress)).toBeCloseTo(wanted, 12);
  });
});

test("a share of a run that has no end is an error when it is asked for", () => {
  const { done: _, ...endless } = toyProgress(3);
  const schema = z.strictObject({ value: scheduled(share) });
  const { value } = validateOptions("test", schema, { value: linear(0, 1) }) as { value: NumberAt };
  expect(() => value(endless)).toThrow(
    expect.objectContaining({ code: "OPTION_INVALID" }) as Error,
  );
});

test("the bounds of the number hold for every number of a schedule, and forms are checked", () => {
  const schema = z.strictObject({ value: scheduled(share) });
  expect(code(schema, { value: linear(0, 1, "3ep") })).toBeUndefined();
  for (const value of [
    2,
    linear(0, 2),
    linear(0, 1, "3 epochs"),
    exponential(0, 1),
    steps(),
    steps(["0up", 3]),
    { linear: [0, 1], ovre: "1dur" },
    "0.5",
  ])
    expect(code(schema, { value }), JSON.stringify(value)).toMatch(/^OPTION_INVALID /);
});

test("defaults and listings", () => {
  const schema = z.strictObject({
    beta: scheduled(share).prefault(linear(0.4, 1)).describe("exponent"),
  });
  const { beta } = validateOptions("test", schema, {}) as { beta: NumberAt };
  expect(beta({ ...toyProgress(0), done: 0.5 })).toBeCloseTo(0.7, 12);
  expect(describeOptions(schema)).toEqual([
    {
      name: "beta",
      type: "number | schedule",
      default: { linear: [0.4, 1], over: "1dur" },
      description: "exponent",
    },
  ]);
});
