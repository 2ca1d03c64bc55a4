import {
  composeScheduler,
  createTrainer,
  defineScheduler,
  fixed,
  fixedRate,
  restored,
  stateless,
  warmUp,
  type TrainerOptions,
  type UnequalEvent,
} from "@unequal/core";
import { toyDataset, toyLearner } from "@unequal/core/testing";
import { loss, plain, proportional, unbiased, uniform } from "@unequal/samplers";
import { describe, expect, test } from "vitest";

/** On at every third update, with more candidates each time. */
const thirds = defineScheduler({
  name: "thirds",
  summary: "On at every third update, with one batch of candidates more each time.",
  setup: () => {
    let [size, batch] = [1, 1];
    return {
      bind: (facts) => void ([size, batch] = [facts.size, facts.batchSize]),
      decide: ({ update }) => ({
        importance: update % 3 === 2,
        candidates: Math.min(size, batch * (2 + Math.floor(update / 3))),
        count: batch,
      }),
      figures: () => ({ every: 3 }),
      state: () => ({ version: 1 }),
      restore: (state) => void restored(state, 1, "thirds"),
    };
  },
});

const parts = (): Omit<TrainerOptions, "gate"> => ({
  learner: toyLearner(),
  dataset: toyDataset({ size: 64 }),
  sampler: proportional(),
  scorer: loss(),
  weighting: unbiased(),
  estimator: plain(),
  batchSize: 8,
  presample: 16,
});

async function run(options: Partial<TrainerOptions>, updates = 12) {
  const trainer = createTrainer({ ...parts(), ...options });
  const starts: UnequalEvent<"step:start">[] = [];
  const begun: UnequalEvent<"run:start">[] = [];
  const ends: UnequalEvent<"step:end">[] = [];
  trainer.events.on("step:start", (event) => starts.push(event));
  trainer.events.on("run:start", (event) => begun.push(event));
  trainer.events.on("step:end", (event) => ends.push(event));
  await trainer.run({ updates });
  await trainer.dispose();
  return { starts, begun, ends };
}

describe("a whole scheduler", () => {
  test("decides when and how large, and is named as what does", async () => {
    const { starts, begun } = await run({ scheduler: thirds() });
    expect(
      starts.map(({ importance, candidates, count }) => [importance, candidates, count]),
    ).toEqual(
      Array.from({ length: 12 }, (_, update) =>
        update % 3 === 2 ? [true, 8 * (2 + Math.floor(update / 3)), 8] : [false, 8, 8],
      ),
    );
    expect(begun[0]?.parts).toMatchObject({ scheduler: "thirds", gate: null, sizer: null });
  });

  test("may say how far: φ holds for importance steps, and for them alone", async () => {
    const far = defineScheduler({
      name: "far",
      summary: "On from the third update, twice as far.",
      setup: () => ({
        ...stateless("far"),
        decide: ({ update }) => ({ importance: update > 2, candidates: 16, count: 8, rate: 2 }),
        figures: () => ({}),
      }),
    });
    const { ends } = await run({ scheduler: far() }, 6);
    expect(ends.map(({ rate }) => rate)).toEqual([undefined, undefined, undefined, 2, 2, 2]);
  });

  test.each([
    ["gate", { gate: warmUp({ updates: 2 }) }],
    ["sizer", { sizer: fixed() }],
    ["rate", { rate: fixedRate() }],
  ])("leaves no room for a %s", (role, doubled) => {
    expect(() => createTrainer({ ...parts(), scheduler: thirds(), ...doubled })).toThrow(
      expect.objectContaining({
        code: "OPTION_INVALID",
        message: expect.stringContaining(`\`${role}\``) as string,
      }),
    );
  });

  test("that wants the gain is refused where it cannot be known", () => {
    const wanting = defineScheduler({
      name: "wanting",
      summary: "Goes by the gain.",
      facts: { requires: ["estimate"] },
      setup: (_, { use }) =>
        composeScheduler(
          use("gate", warmUp({ updates: 1 })),
          use("sizer", fixed()),
          use("rate", fixedRate()),
        ),
    });
    const { scorer: _, ...unscored } = parts();
    expect(() => createTrainer({ ...unscored, sampler: uniform(), scheduler: wanting() })).toThrow(
      expect.objectContaining({ code: "SCHEDULER_NEEDS_SCORES" }),
    );
  });
});
