import { z } from "zod";
import { defineGate } from "../../plugin/part.js";
import { specSchema } from "../../plugin/spec-schema.js";
import { combineGates, factsOfAll } from "./combine-gates.js";

/** Turns importance sampling on while any of its gates does. */
export const any = defineGate({
  name: "any",
  summary: "On while any of its gates is on.",
  options: z.strictObject({ of: z.array(specSchema("gate")).min(1).describe("the gates") }),
  facts: ({ of }, factsOf) => factsOfAll(of, factsOf),
  setup: ({ of }, { use }) =>
    combineGates(
      "any",
      of.map((gate) => use("gate", gate)),
      (on) => on.some(Boolean),
    ),
});
