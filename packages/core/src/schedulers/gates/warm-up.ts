import { z } from "zod";
import { defineGate } from "../../plugin/part.js";
import { stateless } from "../../state/stateless.js";

/** Trains uniformly for the first n updates, then by importance sampling. */
export const warmUp = defineGate({
  name: "warm-up",
  summary: "Uniform for the first n updates, then importance sampling.",
  options: z.strictObject({
    updates: z.int().nonnegative().describe("n, the uniform updates at the start"),
  }),
  setup: ({ updates }) => ({
    ...stateless("warm-up"),
    decide: ({ update }) => update >= updates,
    figures: () => ({ updates }),
  }),
});
