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

describe("natural spellings", () => {
  const number = z.number();
  const given = (schema: z.ZodType, value?: unknown): unknown => {
    const { cap } = validateOptions("test", z.strictObject({ cap: schema }), { cap: value }) as {
      cap: unknown;
    };
    return typeof cap === "function" ? (cap as NumberAt)({ ...toyProgress(0), done: 0.5 }) : cap;
  };

  test.each<[string, z.ZodType, unknown]>([
    ["default", scheduled(number).default(5), 5],
    ["default of a schedule", scheduled(number).default(linear(0, 8)), 4],
    ["default made by a function", scheduled(number).default(() => 5), 5],
    ["describe, default", scheduled(number).describe("c").default(5), 5],
    ["default, describe", scheduled(number).default(5).describe("c"), 5],
    ["meta, default", scheduled(number).meta({ title: "cap" }).default(5), 5],
    [
      "refine, default",
      scheduled(number)
        .refine(() => true)
        .default(5),
      5,
    ],
    ["min, max, default", scheduled(number).min(1).max(9).default(5), 5],
    ["default, optional", scheduled(number).default(5).optional(), 5],
    ["optional", scheduled(number).optional(), undefined],
    ["prefault", scheduled(number).prefault(5), 5],
  ])("%s", (_, schema, wanted) => {
    expect(given(schema)).toBe(wanted);
    expect(given(schema, 7)).toBe(7);
    expect(given(schema, linear(2, 8))).toBe(5);
  });

  test("a bound stated afterwards holds for each number of a schedule, and keeps what was checked before", () => {
    const even = scheduled(number.int())
      .refine((at) => at(toyProgress(0)) % 2 === 0, "must begin even")
      .min(1);
    const schema = z.strictObject({ cap: even.positive().lt(9) });
    expect(code(schema, { cap: 4 })).toBeUndefined();
    expect(code(schema, { cap: linear(2, 8) })).toBeUndefined();
    for (const cap of [0, 9, 2.5, linear(2, 9), linear(0, 8)])
      expect(code(schema, { cap }), JSON.stringify(cap)).toMatch(/^OPTION_INVALID /);
    expect(code(schema, { cap: 3 })).toMatch(/must begin even/);
  });

  test("in a union, an array and an object", () => {
    const auto = z.union([z.literal("auto"), scheduled(number).min(2)]);
    expect([given(auto, "auto"), given(auto, 3), given(auto, linear(2, 8))]).toEqual([
      "auto",
      3,
      5,
    ]);
    const nested = z.strictObject({
      caps: z.array(scheduled(number)),
      in: z.strictObject({ cap: scheduled(number).default(5) }),
    });
    const made = validateOptions("test", nested, { caps: [1, linear(0, 1)], in: {} }) as {
      caps: NumberAt[];
      in: { cap: NumberAt };
    };
    const halfway = { ...toyProgress(0), done: 0.5 };
    expect(made.caps.map((cap) => cap(halfway))).toEqual([1, 0.5]);
    expect(made.in.cap(halfway)).toBe(5);
  });

  test("a bound of what is no plain number, and a default that is what the part gets, are refused", () => {
    const refused = expect.objectContaining({ code: "PART_INVALID" }) as Error;
    expect(() => scheduled(z.union([z.literal(0), z.literal(1)])).min(0)).toThrow(refused);
    expect(() => scheduled(number).default(({ update }: Progress) => update)).toThrow(refused);
  });

  test("a default is listed as it was written, and must be valid", () => {
    const schema = z.strictObject({ cap: scheduled(share).default(5).describe("c") });
    expect(describeOptions(schema)).toEqual([
      { name: "cap", type: "number | schedule", default: 5, description: "c" },
    ]);
    expect(code(schema, {})).toMatch(/^OPTION_INVALID .*cap/);
  });
});
