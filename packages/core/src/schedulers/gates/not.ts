import { z } from "zod";
import { defineGate } from "../../plugin/part.js";
import { specSchema } from "../../plugin/spec-schema.js";
import { combineGates, factsOfAll } from "./combine-gates.js";

/** Turns importance sampling on while its gate does not. */
export const not = defineGate({
  name: "not",
  summary: "On while its gate is off.",
  options: z.strictObject({ of: specSchema("gate").describe("the gate") }),
  facts: ({ of }, factsOf) => factsOfAll([of], factsOf),
  setup: ({ of }, { use }) => combineGates("not", [use("gate", of)], ([on]) => on !== true),
});
