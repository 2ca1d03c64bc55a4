import { z } from "zod";
import { defineGate } from "../../plugin/part.js";
import { stateless } from "../../state/stateless.js";

/** Trains by importance sampling at every n-th update u with start ≤ u < end. */
export const windowGate = defineGate({
  name: "window",
  summary: "Importance sampling at every n-th update from start to end.",
  options: z.strictObject({
    start: z.int().nonnegative().default(0).describe("first update"),
    end: z.number().positive().default(Infinity).describe("update before which it ends"),
    every: z.int().positive().default(1).describe("n"),
  }),
  setup: ({ start, end, every }) => ({
    ...stateless("window"),
    decide: ({ update }) => update >= start && update < end && (update - start) % every === 0,
    figures: () => ({ start, end, every }),
  }),
});
