import { createTrainer, never, windowGate, type Learner } from "@unequal/core";
import { gradientNorm, laber, loss, plain, prune, unbiased, uniform } from "@unequal/samplers";
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

  test.each([
    ["inline", 12],
    // those of the step after it, planned once fewer batches are left than are asked for ahead
    [{ name: "background", age: 1 }, 11],
    [{ name: "background", age: 2 }, 10],
  ] as const)("with %o, a memory is refreshed for new candidates alone", async (scoring, at) => {
    const inner = learnerWith();
    const trainer = start(
      {
        ...inner,
        compute: (names, batch, ...of) => {
          computed.set(update, (computed.get(update) ?? 0) + batch.size);
          return inner.compute(names, batch, ...of);
        },
      },
      {
        sampler: laber({ of: prune({ scorer: loss(), keep: 0.5, at: "10up" }) }),
        ...{ scoring, reuse: 4, presample: 48 },
      },
    );
    let update = 0;
    const computed = new Map<number, number>();
    trainer.events.on("step:start", ({ progress }) => void ({ update } = progress));
    const scored = of(await run(trainer, 40), "batch:scored");
    const walks = [...computed].filter(([, examples]) => examples >= dataset.size);
    expect(walks.map(([step]) => step)).toEqual([at]);
    expect(scored.length).toBeLessThan(14);
    const later = scored.filter(({ step }) => step > at || (scoring === "inline" && step === at));
    expect(new Set(later.flatMap(({ ids }) => [...ids])).size).toBeLessThanOrEqual(100);
  });

  test("a gate that closes while a pool is on trial leaves paid signals to every tenth uniform step", async () => {
    const inner = learnerWith();
    let update = 0;
    const paid: number[] = [];
    const learner: Learner = {
      ...inner,
      compute: (names, ...of) => {
        if (names.includes("gradient-norm")) paid.push(update);
        return inner.compute(names, ...of);
      },
    };
    const trainer = start(learner, {
      scoring: "inline",
      reuse: 2,
      scorer: gradientNorm(),
      // the tenth pool is drawn at update 18
      gate: windowGate({ end: 19 }),
    });
    trainer.events.on("step:start", ({ progress }) => void ({ update } = progress));
    const scored = of(await run(trainer, 45), "batch:scored");
    expect([scored.length, scored.at(-1)?.step]).toEqual([10, 18]);
    expect(paid.filter((at) => at > 18)).toEqual([20, 30, 40]);
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
