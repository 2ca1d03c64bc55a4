import { createTrainer, never } from "@unequal/core";
import { plain, unbiased, uniform } from "@unequal/samplers";
import { describe, expect, test } from "vitest";
import { ages, dataset, learnerWith, of, run, start } from "./scoring-run.js";

describe("drawing several batches from one pool", () => {
  test("each is scored once, of its pool alone, and so old as it is", async () => {
    const options = { scoring: "inline", reuse: 3, presample: 48 } as const;
    const events = await run(start(learnerWith(), options), 9);
    const scored = of(events, "batch:scored");
    const selected = of(events, "batch:selected");
    expect(scored.length).toBeLessThan(9);
    let pool = new Set<number>();
    let since = 0;
    for (const { step, ids } of selected) {
      const found = scored.find((event) => event.step === step);
      if (found) [pool, since] = [new Set(found.ids), step];
      expect([...ids].every((id) => pool.has(id))).toBe(true);
      expect(ages(events)[step]).toBe(step - since);
    }
  });

  test("is refused to samplers that state no law", () => {
    const options = { sampler: uniform(), gate: never(), scoring: "inline", reuse: 2 } as const;
    const { scorer: _, ...given } = { scorer: undefined, ...options };
    expect(() =>
      createTrainer({
        learner: learnerWith(),
        dataset,
        weighting: unbiased(),
        estimator: plain(),
        batchSize: 8,
        ...given,
      }),
    ).toThrow(expect.objectContaining({ code: "OPTION_INVALID" }));
  });
});
