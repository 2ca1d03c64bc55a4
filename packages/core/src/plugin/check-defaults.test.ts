import { describe, expect, test } from "vitest";
import { z } from "zod";
import { scheduled } from "../schedules/scheduled.js";
import { moment } from "../schedules/moment.js";
import { defineGate } from "./part.js";

function define(options: z.ZodType): unknown {
  return defineGate({ name: "subject", summary: "Test.", options, setup: () => ({}) as never });
}

const cap = scheduled(z.number());
const any = (value: unknown): never => value as never;

describe("a default that is not what a given value becomes is refused where the part is defined:", () => {
  test.each<[string, string, () => z.ZodType]>([
    ["optional before it", "cap", () => z.strictObject({ cap: cap.optional().default(any(5)) })],
    ["nullable before it", "cap", () => z.strictObject({ cap: cap.nullable().default(any(5)) })],
    ["a union", "cap", () => z.strictObject({ cap: cap.or(z.literal("auto")).default(any(5)) })],
    ["an array", "caps", () => z.strictObject({ caps: z.array(cap).default(any([5, 1])) })],
    ["zod's function", "cap", () => z.strictObject({ cap: z._default(cap, any(5)) })],
    ["a catch", "cap", () => z.strictObject({ cap: cap.catch(any(5)) })],
    ["a moment", "at", () => z.strictObject({ at: moment().optional().default(any("1ep")) })],
    [
      "any other transform",
      "n",
      () => z.strictObject({ n: z.string().transform(Number).default(any("5")) }),
    ],
    [
      "an object",
      "in",
      () => z.strictObject({ in: z.strictObject({ cap }).default(any({ cap: 5 })) }),
    ],
    ["all options", "", () => z.strictObject({ cap }).default(any({ cap: 5 }))],
    [
      "nested options",
      "in.cap",
      () => z.strictObject({ in: z.strictObject({ cap: cap.optional().default(any(5)) }) }),
    ],
  ])("%s", (_, path, options) => {
    expect(() => define(options())).toThrow(
      expect.objectContaining({
        code: "PART_INVALID",
        message: expect.stringContaining(
          `gate "subject": a default of option "${path}" must`,
        ) as string,
      }),
    );
  });
});

test("defaults that mean the same either way are taken", () => {
  const options = z.strictObject({
    either: z.union([cap, z.literal("auto")]).default("auto"),
    none: cap.nullable().default(null),
    list: z.array(z.number()).default([1, 2]),
    trimmed: z
      .string()
      .transform((text) => text.trim())
      .default("a"),
    nested: z.strictObject({ cap: cap.default(2) }).prefault({}),
  });
  expect(() => define(options)).not.toThrow();
});

test("what a schema library other than zod says of itself is not looked into", () => {
  const schema = {
    "~standard": { version: 1, vendor: "test", validate: (value: unknown) => ({ value }) },
  };
  expect(() => define(schema as never)).not.toThrow();
});
