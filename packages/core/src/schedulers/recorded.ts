import { z } from "zod";
import { defineGate } from "../plugin/part.js";
import { stateless } from "../training/stateless.js";

/** Repeats recorded decisions: importance sampling is off at first and changes at each listed update. */
export const recorded = defineGate({
  name: "recorded",
  summary: "Repeats the switches of an earlier run, as its events recorded them.",
  options: z.strictObject({
    switches: z
      .array(z.int().nonnegative())
      .describe("updates at which the decision changed (the steps of schedule:switched)"),
  }),
  setup: ({ switches }) => ({
    ...stateless("recorded"),
    requires: new Set(),
    decide: ({ update }) => switches.filter((at) => at <= update).length % 2 === 1,
    figures: () => ({ switches }),
  }),
});
