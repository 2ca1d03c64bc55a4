import { expect, test } from "vitest";
import { z } from "zod";
import { selectEvery } from "../training/draws/select-every.js";
import { stateless } from "../state/stateless.js";
import { defineGate, defineSampler, defineScorer, type Spec } from "./part.js";
import { definePlugin, type Plugin } from "./plugin.js";
import { Registry } from "./registry.js";

const sampler = defineSampler({
  name: "first-rows",
  summary: "Takes the first rows.",
  options: z.strictObject({
    offset: z.int().nonnegative().default(0).describe("first row"),
    draw: z.enum(["a", "b"]).optional(),
  }),
  setup: ({ offset }) => ({
    ...stateless("first-rows"),
    scored: false,
    select: (pool, count) => ({
      rows: Int32Array.from({ length: count }, (_, at) => at + offset),
      planned: count,
      population: pool.ids.length,
    }),
  }),
});
const scorer = defineScorer({
  name: "ones",
  summary: "Ones.",
  setup: () => ({ score: ({ ids }) => new Float32Array(ids.length).fill(1) }),
});

const another = defineSampler({
  name: "first-rows",
  summary: "Another copy.",
  setup: () => ({ ...stateless("first-rows"), scored: false, select: selectEvery }),
});

function plugin(name: string, parts: readonly unknown[], apiVersion = 1): Plugin {
  return definePlugin({ name, apiVersion, parts });
}

const registry = new Registry([plugin("mine", [sampler, scorer])]);

function code(expected: string, message: RegExp): Error {
  return expect.objectContaining({
    code: expected,
    message: expect.stringMatching(message) as string,
  }) as Error;
}

test("a spec may be a name, a name with options, or a part made in code", () => {
  expect(registry.part("sampler", "first-rows")).toMatchObject({
    kind: "sampler",
    name: "first-rows",
    given: {},
  });
  expect(registry.part("sampler", { name: "first-rows", offset: 3 }).given).toEqual({ offset: 3 });
  const made = sampler({ offset: 1 });
  expect(registry.part("sampler", made)).toBe(made);
  expect(
    registry.entries().map(({ kind, name, plugin: owner }) => `${kind} ${name} of ${owner}`),
  ).toEqual(["sampler first-rows of mine", "scorer ones of mine"]);
});

test.each<[string, RegExp, () => unknown]>([
  [
    "UNKNOWN_NAME",
    /no sampler "first-row".*did you mean "first-rows"/,
    () => registry.part("sampler", "first-row"),
  ],
  ["UNKNOWN_NAME", /"ones" is a scorer/, () => registry.part("sampler", "ones")],
  [
    "OPTION_INVALID",
    /unknown option "ofset".*did you mean "offset"/,
    () => registry.part("sampler", { name: "first-rows", ofset: 1 }),
  ],
  ["OPTION_INVALID", /option "offset"/, () => sampler({ offset: -1 })],
  ["OPTION_INVALID", /takes no options/, () => scorer({ a: 1 } as never)],
  [
    "PART_INVALID",
    /"ones" is a scorer/,
    () => registry.part("sampler", scorer() as unknown as Spec<"sampler">),
  ],
  [
    "PART_INVALID",
    /must be a name/,
    () => registry.part("sampler", 5 as unknown as Spec<"sampler">),
  ],
  ["PART_INVALID", /not made by a define function/, () => new Registry([plugin("odd", [{}])])],
  ["PLUGIN_INVALID", /definePlugin/, () => new Registry([{} as Plugin])],
  [
    "API_VERSION_MISMATCH",
    /"old" is written for apiVersion 0.*speaks 1/,
    () => new Registry([plugin("old", [], 0)]),
  ],
  [
    "DUPLICATE_PART",
    /"first-rows" is registered by two different copies of the plugin "mine".*by name and by file/,
    () => new Registry([plugin("mine", [sampler]), plugin("mine", [another])]),
  ],
  [
    "DUPLICATE_PART",
    /both "mine" and "yours"/,
    () => new Registry([plugin("mine", [sampler]), plugin("yours", [sampler])]),
  ],
])("%s: %s", (expected, message, run) => {
  expect(run).toThrow(code(expected, message));
});

test("the very same plugin is one, however often it is listed", () => {
  const mine = plugin("mine", [sampler, scorer]);
  const twice = new Registry([mine, mine, plugin("mine", [sampler])]);
  expect(twice.entries()).toEqual(registry.entries());
});

test("an asynchronous option schema is refused, not waited for", () => {
  const schema = {
    "~standard": { version: 1, vendor: "test", validate: () => Promise.resolve({ value: {} }) },
  } as const;
  const gate = defineGate({
    name: "late",
    summary: "Late.",
    options: schema,
    setup: () => ({}) as never,
  });
  expect(() => gate()).toThrow(code("OPTION_INVALID", /synchronous/));
});
