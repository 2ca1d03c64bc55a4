import {
  all,
  always,
  createTrainer,
  fixed,
  tau,
  TOKENS,
  windowGate,
  type Learner,
  type Trainer,
  type TrainerOptions,
} from "@unequal/core";
import { history, plain, proportional, unbiased, upperBound } from "@unequal/samplers";
import { describe, expect, test } from "vitest";
import { advance, dataset, learnerWith, of, pause, record, start } from "./scoring-run.js";

/** Makes updates of a run without an end, then ends it; returns what it told. */
async function updates(trainer: Trainer, count: number) {
  const events = record(trainer);
  await advance(trainer, count);
  await trainer.dispose();
  return events;
}

/** A clock that stands still but where a test moves it. */
function clockOf() {
  let now = 0;
  return { now: () => now, pass: (milliseconds: number) => void (now += milliseconds) };
}

test.each([
  ["draws without scores", { sampler: history(), scorer: undefined }, false],
  ["trains on an engine that computes alongside the host", {}, true],
] as const)("auto makes no replica for who %s", async (_, options, asynchronous) => {
  const inner = learnerWith();
  const learner: Learner = {
    ...inner,
    facts: { ...inner.facts, asynchronous },
    replicate: () => expect.fail("a replica was made"),
  };
  const { scorer = upperBound(), ...given } = options as Partial<TrainerOptions>;
  const scored = "scorer" in options ? {} : { scorer };
  const trainer = createTrainer({
    learner,
    dataset,
    sampler: proportional(),
    weighting: unbiased(),
    estimator: plain(),
    gate: always(),
    batchSize: 8,
    presample: 24,
    scoring: "auto",
    ...scored,
    ...given,
  });
  const events = record(trainer);
  await trainer.run({ updates: 45 });
  await trainer.dispose();
  expect(of(events, "costs:calibrated"), "there is nothing to choose").toEqual([]);
});

describe("auto keeps the faster way", () => {
  /** Inline scoring takes `inline` ms; a replica that is at work for `work` ms slows an update down by `background` ms. */
  function timed(inline: number, background: number, work = 0) {
    const clock = clockOf();
    const costs = { inline, background };
    let [working, answers] = [0, 0];
    let slow = 0;
    const inner = learnerWith({
      delay: async () => {
        working += 1;
        await pause(1);
        working -= 1;
        clock.pass(slow);
      },
      seconds: () => {
        answers += 1;
        return work / 1000;
      },
    });
    const learner: Learner = {
      ...inner,
      compute: (...request) => {
        clock.pass(costs.inline);
        return inner.compute(...request);
      },
      step: async (...request) => {
        // the replica begins
        for (let tick = 0; tick < 5; tick++) await Promise.resolve();
        clock.pass(10 + (working > 0 ? costs.background : 0));
        return inner.step(...request);
      },
    };
    return {
      learner,
      clock,
      costs,
      answers: () => answers,
      slowDown: (milliseconds: number) => void (slow = milliseconds),
    };
  }

  test.each([
    [8, 2, 0, "background"],
    [2, 8, 0, "inline"],
    // a step of 10 ms hides as much of the replica's work
    [8, 2, 17, "background"],
    [8, 2, 19, "inline"],
  ] as const)(
    "inline %d ms, background %d ms and %d: %s",
    async (inline, background, work, mode) => {
      const { learner, clock } = timed(inline, background, work);
      const trainer = start(learner, {
        scoring: "auto",
        gate: tau({ dwell: 5 }),
        provide: [[TOKENS.clock, clock]],
      });
      const events = await updates(trainer, 60);
      const [{ costs } = { costs: { score: 0, step: 0 } }] = of(events, "costs:calibrated");
      expect(costs.step).toBeCloseTo(0.01, 6);
      expect(costs.score).toBeCloseTo((mode === "background" ? background : inline) / 1000, 6);
      expect(of(events, "scoring:switched")).toMatchObject([
        { mode, reason: expect.stringContaining("it adds") as string },
      ]);
    },
  );

  test("the choice falls in a run that is taken up between its trials and it", async () => {
    const { learner, clock } = timed(8, 2);
    const slowly: Learner = {
      ...learner,
      replicate: async (...request) => {
        await pause(5);
        return learner.replicate?.(...request) ?? expect.fail();
      },
    };
    const options = { scoring: "auto", provide: [[TOKENS.clock, clock]] } as const;
    const first = start(slowly, options);
    const before = record(first);
    let state = await first.state();
    while (of(before, "scoring:switched").length === 0) {
      state = await first.state();
      await first.step();
    }
    await first.dispose();
    const second = start(slowly, options);
    await second.restore(state);
    const events = await updates(second, 120);
    expect(of(events, "scoring:switched").map(({ mode }) => mode)).toEqual(["background"]);
  });

  test("a replica is not tried out during steps that it scores for", async () => {
    // costs are wanted again at some update: for one of these gates in the first steps after it comes on
    for (let opens = 60; opens < 100; opens += 4) {
      const { learner, clock, answers } = timed(8, 1);
      const gate = all({ of: [windowGate({ start: opens }), tau({ dwell: 5 })] });
      const trainer = start(learner, { gate, provide: [[TOKENS.clock, clock]] });
      await advance(trainer, opens);
      const before = answers();
      await advance(trainer, 8);
      expect(trainer.importanceSteps, `from ${opens} on`).toBe(8);
      expect(answers() - before).toBeLessThanOrEqual(8);
      await trainer.dispose();
    }
  });

  test("a replica is not given up for pools that are larger than planned", async () => {
    const { learner, clock, slowDown } = timed(8, 1);
    const trainer = start(learner, {
      scoring: "auto",
      sizer: fixed({ candidates: 96 }),
      provide: [[TOKENS.clock, clock]],
    });
    const events = record(trainer);
    await advance(trainer, 60);
    slowDown(20);
    await advance(trainer, 60);
    await trainer.dispose();
    // four times as many candidates as are planned would take 32 ms inline
    expect(of(events, "scoring:switched").map(({ mode }) => mode)).toEqual(["background"]);
  });

  test.each([
    [
      "it slows updates down that need not wait for it",
      { inline: 8, background: 1 },
      { background: 40 },
    ],
    ["inline scoring was measured cold", { inline: 30, background: 9 }, { inline: 2 }],
  ])("a replica is left where %s", async (_, before, after) => {
    const { learner, clock, costs } = timed(before.inline, before.background);
    const gate = tau({ dwell: 5, costs: { score: 1e-9, step: 1 } });
    const options = { scoring: "auto", gate, provide: [[TOKENS.clock, clock]] } as const;
    const trainer = start(learner, options);
    const events = record(trainer);
    await advance(trainer, 60);
    Object.assign(costs, after);
    await advance(trainer, 200);
    await trainer.dispose();
    expect(of(events, "scoring:switched").map(({ mode }) => mode)).toEqual([
      "background",
      "inline",
    ]);
    expect(of(events, "scoring:switched")[1]?.step).toBeLessThan(100);
  });

  test("a replica that becomes the slower is given up, and costs are measured anew", async () => {
    const { learner, clock, slowDown } = timed(8, 1);
    const trainer = start(learner, {
      scoring: "auto",
      provide: [[TOKENS.clock, clock]],
    });
    const events = record(trainer);
    await advance(trainer, 60);
    slowDown(800);
    await advance(trainer, 60);
    await trainer.dispose();
    expect(of(events, "scoring:switched").map(({ mode }) => mode)).toEqual([
      "background",
      "inline",
    ]);
    // measured, corrected by what steps turned out to take, then of inline scoring: expected, and paid
    expect(of(events, "costs:calibrated")).toHaveLength(4);
    expect(trainer.costs?.score).toBeCloseTo(0.008, 6);
    expect(trainer.costs?.background).toBeUndefined();
    expect(of(events, "step:end")).toHaveLength(120);
  });
});
