import { z } from "zod";
import { defineGate } from "../../plugin/part.js";
import { specSchema } from "../../plugin/spec-schema.js";
import { combineGates, factsOfAll } from "./combine-gates.js";

/** Turns importance sampling on while all of its gates do. */
export const all = defineGate({
  name: "all",
  summary: "On while all of its gates are on.",
  options: z.strictObject({ of: z.array(specSchema("gate")).min(1).describe("the gates") }),
  facts: ({ of }, factsOf) => factsOfAll(of, factsOf),
  setup: ({ of }, { use }) =>
    combineGates(
      "all",
      of.map((gate) => use("gate", gate)),
      (on) => on.every(Boolean),
    ),
});
