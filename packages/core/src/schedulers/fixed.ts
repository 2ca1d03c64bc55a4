import { z } from "zod";
import { defineSizer } from "../plugin/part.js";

/** Keeps pool and batch at fixed sizes: B candidates, b of them trained on. */
export const fixed = defineSizer({
  name: "fixed",
  summary: "Keeps the pool at B candidates and the batch at b rows.",
  options: z.strictObject({
    candidates: z.int().positive().describe("B"),
    count: z.int().positive().describe("b"),
  }),
  setup: (options) => ({ size: () => options }),
});
