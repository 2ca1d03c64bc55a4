import { defineScorer, stateless, type ScoringOption } from "@unequal/core";
import { expect, test } from "vitest";
import { ages, learnerWith, of, pause, run, start } from "./scoring-run.js";

/** Scores that say nothing for a while, and then last for ever, in turns: so fewer and then again more batches come of a pool. */
const shifting = defineScorer({
  name: "shifting",
  summary: "At random, or by id.",
  facts: { requires: ["loss"] },
  setup: (_, { random }) => ({
    ...stateless("shifting"),
    score: ({ ids, scoredAt }) =>
      Float32Array.from(ids, (id) =>
        scoredAt % 300 < 150 ? 0.5 + random.uniform() : 1 + (id % 7) / 7,
      ),
  }),
});

async function watch(scoring: ScoringOption, reuse: number) {
  let call = 0;
  const learner = learnerWith({ delay: () => pause(call++ % 2) });
  const events = await run(
    start(learner, { scoring, reuse, presample: 64, scorer: shifting() }),
    700,
  );
  const drawn = of(events, "batch:scored").map(({ step }) => step);
  return {
    oldest: Math.max(...(ages(events) as number[])),
    // how many batches came of each
    times: new Set(drawn.slice(1).map((step, at) => step - (drawn[at] as number))),
  };
}

test.each([
  [2, 2],
  [3, 3],
  [4, 2],
  [5, 4],
])(
  "with maxAge %d no score is older, whatever is drawn of a pool up to %d times",
  async (maxAge, reuse) => {
    const { oldest, times } = await watch({ name: "background", maxAge }, reuse);
    expect(oldest).toBeLessThanOrEqual(maxAge);
    expect(Math.max(...times)).toBe(reuse);
  },
);

test("more batches of a pool than maxAge leaves time for are refused", () => {
  const scoring = { name: "background", maxAge: 1 } as const;
  expect(() => start(learnerWith(), { scoring, reuse: 2, scorer: shifting() })).toThrow(
    expect.objectContaining({
      code: "OPTION_INVALID",
      message: expect.stringContaining("maxAge is 1") as string,
    }) as Error,
  );
});

test.each([
  [1, 2],
  [2, 2],
  [3, 4],
  [5, 3],
])(
  "with age %d every further batch of up to %d is one update older, and none more",
  async (age, reuse) => {
    const { oldest, times } = await watch({ name: "background", age }, reuse);
    expect(oldest).toBe(age + reuse - 1);
    expect([...times].sort()).toEqual(Array.from({ length: reuse }, (_, at) => at + 1));
  },
);
