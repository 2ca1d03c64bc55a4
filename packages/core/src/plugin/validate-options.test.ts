import { expect, test } from "vitest";
import { z } from "zod";
import { validateOptions } from "./validate-options.js";

const schema = z.strictObject({
  rate: z.union([z.number(), z.literal("auto")]).optional(),
  costs: z.strictObject({ backward: z.number().optional() }).optional(),
  either: z.union([z.literal("a"), z.strictObject({ b: z.number().optional() })]).optional(),
  anything: z.unknown().optional(),
});

class Settings {
  readonly rate = 2;
}

test.each([
  [/must be a plain object, but are a Map.*fromEntries/, new Map([["rate", 1]])],
  [/must be a plain object, but are a Promise/, Promise.resolve({})],
  [/must be a plain object, but are a Float32Array/, new Float32Array()],
  [/option "costs" must be a plain object, but is a Map/, { costs: new Map() }],
  [/option "costs" must be a plain object, but is a Date/, { costs: new Date() }],
  [/option "either" must be a plain object, but is a Set/, { either: new Set() }],
  [/option "rate": must be number \| "auto", but is "fast"/, { rate: "fast" }],
  [/option "rate": must be number \| "auto", but is a list/, { rate: [] }],
])("%s", (message, given) => {
  expect(() => validateOptions("part", schema, given)).toThrow(
    expect.objectContaining({
      code: "OPTION_INVALID",
      message: expect.stringMatching(message) as string,
    }) as Error,
  );
});

test.each([
  [{ rate: 2 }, { rate: 2 }],
  [new Settings(), { rate: 2 }],
  [Object.assign(Object.create(null) as object, { rate: 2 }), { rate: 2 }],
  [{ either: { b: 1 } }, { either: { b: 1 } }],
])("plain objects and instances of classes pass", (given, expected) => {
  expect(validateOptions("part", schema, given)).toEqual(expected);
});

test("what a schema leaves open is left alone", () => {
  const anything = new Map();
  expect(validateOptions("part", schema, { anything })).toEqual({ anything });
});
