import { z } from "zod";
import { defineSizer } from "../../plugin/part.js";
import { stateless } from "../../state/stateless.js";

/** Keeps pool and batch at fixed sizes: B candidates, b of them trained on; those of the run where none are given. */
export const fixed = defineSizer({
  name: "fixed",
  summary: "Keeps the pool at B candidates and the batch at b rows.",
  options: z.strictObject({
    candidates: z.int().positive().optional().describe("B; default: the presample"),
    count: z.int().positive().optional().describe("b; default: the batch size"),
  }),
  facts: { steady: true },
  setup: (given) => {
    let planned = { candidates: 1, count: 1 };
    const size = () => ({
      candidates: given.candidates ?? planned.candidates,
      count: given.count ?? planned.count,
    });
    return {
      ...stateless("fixed"),
      bind: ({ batchSize, presample }) => {
        planned = { candidates: presample, count: batchSize };
      },
      size,
      figures: size,
    };
  },
});
