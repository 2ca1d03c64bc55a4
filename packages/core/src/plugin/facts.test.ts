import { describe, expect, test } from "vitest";
import { z } from "zod";
import { all } from "../schedulers/gates/all.js";
import { tau } from "../schedulers/gates/tau.js";
import { warmUp } from "../schedulers/gates/warm-up.js";
import { stateless } from "../state/stateless.js";
import { describeFacts, factsText } from "./describe-facts.js";
import { defineSampler, defineScorer, defineSignal } from "./part.js";
import { definePlugin } from "./plugin.js";
import { Registry } from "./registry.js";
import { setUpPart } from "./set-up-part.js";
import { specSchema } from "./spec-schema.js";
import { describeOptions } from "./validate-options.js";

const select = () => ({ rows: new Int32Array(0), planned: 1, population: 1 });
let built = 0;
const loss = defineScorer({
  name: "loss",
  summary: "Test.",
  facts: { requires: ["loss"] },
  setup: () => {
    built += 1;
    return { score: ({ ids }) => new Float32Array(ids.length) };
  },
});
/** Remembers what a scorer says, of all examples or of some. */
const memory = defineSampler({
  name: "memory",
  summary: "Test.",
  options: z.strictObject({ scorer: specSchema("scorer", loss()).describe("whose signals") }),
  facts: ({ scorer }, factsOf) => ({
    proposes: true,
    requires: factsOf("scorer", scorer).requires,
  }),
  setup: ({ scorer }, { use }) => {
    const { requires } = use("scorer", scorer);
    return { ...stateless(`memory of ${requires.join(", ")}`), propose: select, select };
  },
});
const around = defineSampler({
  name: "around",
  summary: "Test.",
  options: z.strictObject({ of: specSchema("sampler") }),
  facts: ({ of }, factsOf) => factsOf("sampler", of),
  setup: ({ of }, { use }) => ({ ...use("sampler", of) }),
});
const registry = new Registry([
  definePlugin({ name: "test", apiVersion: 1, parts: [loss, memory, around, tau, warmUp] }),
]);

const ASKED = { scored: false, proposes: true, arity: 1, reads: [], requires: ["loss"] };

test("facts are told without setting anything up, by name, by object or of a part", () => {
  built = 0;
  expect(registry.factsOf("sampler", "memory")).toEqual(ASKED);
  expect(registry.factsOf("sampler", { name: "around", of: "memory" })).toEqual(ASKED);
  expect(registry.factsOf("sampler", around({ of: around({ of: memory() }) }))).toEqual(ASKED);
  expect(built).toBe(0);
});

test("a part that is set up has the facts of its definition, inside another too", () => {
  expect(setUpPart("sampler", around({ of: memory() }))).toMatchObject(ASKED);
  expect(setUpPart("scorer", loss()).requires).toEqual(["loss"]);
});

test("combined gates need what any of them does, each once", () => {
  const of = [tau(), tau({ costs: { score: 1, step: 1 } }), warmUp({ updates: 3 })];
  expect(registry.factsOf("gate", all({ of })).requires).toEqual(["costs", "estimate"]);
});

test("what is named and not known is an error", () => {
  expect(() => registry.factsOf("sampler", around({ of: "memry" }))).toThrow(
    expect.objectContaining({ code: "UNKNOWN_NAME" }) as Error,
  );
});

describe("describeFacts", () => {
  test.each([
    ["tells what differs from the usual", loss, { requires: ["loss"] }],
    ["goes by default options", memory, { proposes: true, requires: ["loss"] }],
    ["knows of no facts where an option must be given that they follow from", around, undefined],
    ["knows facts whatever options must be given", warmUp, {}],
  ])("%s", (_, factory, facts) => {
    expect(describeFacts(factory as never, registry)).toEqual(facts);
  });

  test("makes plain data of maps", () => {
    const known = defineSignal({
      name: "known",
      summary: "Test.",
      facts: { signals: new Map([["known", "free"]]) },
      setup: () => ({ compute: () => ({}) }),
    });
    expect(describeFacts(known as never, registry)).toEqual({ signals: { known: "free" } });
  });
});

test("an option that names a part lists what it names where nothing is given", () => {
  expect(describeOptions(memory.definition.options)).toEqual([
    { name: "scorer", type: "scorer", default: "loss", description: "whose signals" },
  ]);
});

test("factsText writes them down", () => {
  const facts = { proposes: true, arity: 3, reads: ["embedding", "loss"] };
  expect(factsText(facts)).toBe("proposes, arity 3, reads embedding and loss");
  expect(factsText({ signals: { known: "free" } })).toBe('signals {"known":"free"}');
});

describe("a definition and what its setup returns", () => {
  const sampler = (made: object, facts = {}) =>
    setUpPart(
      "sampler",
      defineSampler({ name: "mine", summary: "Test.", facts, setup: () => made as never })(),
    );
  const whole = { ...stateless("mine"), select };

  test.each<[string, object, object]>([
    ["another fact than the definition's", { ...whole, scored: true }, {}],
    ["a signal that the definition does not require", { ...whole, requires: ["loss"] }, {}],
    ["propose, of which the definition says nothing", { ...whole, propose: select }, {}],
    ["no propose, where the definition says so", whole, { proposes: true }],
  ])("must not contradict each other: %s", (_, made, facts) => {
    expect(() => sampler(made, facts)).toThrow(
      expect.objectContaining({
        code: "PART_INVALID",
        message: expect.stringMatching(/sampler "mine".*facts: \{/) as string,
      }) as Error,
    );
  });

  test("may be an object that is frozen, or an instance of a class with a getter", () => {
    expect(sampler(Object.freeze({ ...whole }), { scored: true }).scored).toBe(true);
    class Mine {
      get requires() {
        return ["loss"];
      }
      select = select;
    }
    expect(sampler(new Mine(), { requires: ["loss"] })).toMatchObject({ requires: ["loss"] });
  });
});
