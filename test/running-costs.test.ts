import {
  defineGate,
  never,
  stateless,
  tau,
  TOKENS,
  type Learner,
  type TrainerOptions,
} from "@unequal/core";
import { describe, expect, test } from "vitest";
import { advance, learnerWith, of, record, start as compose } from "./scoring-run.js";

/** A learner on whose clock everything takes as long as told of the update. */
function timed(milliseconds: (update: number) => { step: number; score: number }) {
  let now = 0;
  let update = 0;
  const inner = learnerWith();
  const learner: Learner = {
    ...inner,
    compute: (...request) => {
      now += milliseconds(update).score;
      return inner.compute(...request);
    },
    step: async (...request) => {
      now += milliseconds(update).step;
      update += 1;
      return inner.step(...request);
    },
  };
  return { learner, clock: { now: () => now } };
}

/** On from an update on. */
const onFrom = (first: number) =>
  defineGate({
    name: "told",
    summary: "On from an update on.",
    facts: { requires: ["costs"] },
    setup: () => ({
      ...stateless("told"),
      decide: ({ update }) => update >= first,
      figures: () => ({}),
    }),
  })();

/** Composes a trainer that scores inline, where the tau gate finds that it pays, on the learner's clock. */
function start({ learner, clock }: ReturnType<typeof timed>, options: Partial<TrainerOptions>) {
  const provide = [[TOKENS.clock, clock]] as const;
  return compose(learner, { scoring: "inline", gate: tau(), provide, ...options });
}

/** Nothing is compiled before update 60. */
const warming = (update: number) =>
  update < 60 ? { step: 6.3, score: 4.1 } : { step: 2.5, score: 3.25 };

describe("costs that were measured before everything was compiled are not kept", () => {
  test.each([
    ["while importance sampling is on", 21],
    ["while it is off", Infinity],
  ])("%s", async (_, first) => {
    const trainer = start(timed(warming), { gate: onFrom(first) });
    const events = record(trainer);
    await advance(trainer, 22);
    expect(trainer.costs?.step).toBeCloseTo(0.0063, 6);
    await advance(trainer, 130);
    expect(trainer.costs).toEqual({
      score: expect.closeTo(0.00325, 6) as number,
      step: expect.closeTo(0.0025, 6) as number,
    });
    expect(of(events, "schedule:switched")).toHaveLength(first === Infinity ? 0 : 1);
    const uniform = of(events, "step:start").filter(({ importance }) => !importance);
    expect(uniform.length).toBe(first === Infinity ? 152 : 21 + 10);
    await trainer.dispose();
  });

  test("nor those of a machine that becomes slower in mid-run, on or off", async () => {
    const slower = (update: number) =>
      update < 1000 ? { step: 2, score: 2 } : { step: 3, score: 9 };
    for (const first of [21, Infinity]) {
      const trainer = start(timed(slower), { gate: onFrom(first) });
      await advance(trainer, 1000);
      expect(trainer.costs?.score).toBeCloseTo(0.002, 6);
      await advance(trainer, 450);
      expect(trainer.costs?.score).toBeCloseTo(0.009, 6);
      expect(trainer.costs?.step).toBeCloseTo(0.003, 6);
      await trainer.dispose();
    }
  });

  test("a gate that goes by given costs makes no uniform steps to time them", async () => {
    const gate = tau({ costs: { score: 0.001, step: 1 }, dwell: 1 });
    const trainer = start(timed(warming), { gate });
    const events = record(trainer);
    await advance(trainer, 300);
    const starts = of(events, "step:start");
    const [switched] = of(events, "schedule:switched");
    expect(starts.filter(({ importance }) => !importance)).toHaveLength(switched?.step ?? 0);
    expect(of(events, "costs:calibrated")).toEqual([]);
    await trainer.dispose();
  });
});

test("a run that is saved and continued makes its uniform steps where it would have made them", async () => {
  const whole = start(timed(warming), { gate: onFrom(21) });
  const all = record(whole);
  await advance(whole, 240);
  const first = start(timed(warming), { gate: onFrom(21) });
  await advance(first, 83);
  const second = start(timed(warming), { gate: onFrom(21) });
  await second.restore(structuredClone(await first.state()));
  const after = record(second);
  await advance(second, 240 - 83);
  const kinds = (events: typeof all) =>
    of(events, "step:start").map(({ importance }) => importance);
  expect(kinds(after)).toEqual(kinds(all).slice(83));
  for (const trainer of [whole, first, second]) await trainer.dispose();
});

test("uniform steps estimate the gain at each of the first 100 updates, and at every eighth later", async () => {
  const gate = never();
  const trainer = start(
    timed(() => ({ step: 1, score: 1 })),
    { gate },
  );
  const events = record(trainer);
  await advance(trainer, 240);
  await trainer.dispose();
  const estimated = of(events, "step:end").flatMap(({ estimate, progress }) =>
    estimate === undefined ? [] : [progress.update - 1],
  );
  const later = Array.from({ length: 17 }, (_, at) => 104 + 8 * at);
  expect(trainer.importanceSteps).toBe(0);
  expect(estimated).toEqual([...Array(100).keys(), ...later]);
});

describe("a replica is made where the run is long enough to repay it", () => {
  const run = async (updates: number) => {
    const slow = timed(() => ({ step: 10, score: 8 }));
    const trainer = start(slow, { scoring: "auto" });
    const events = record(trainer);
    await trainer.run({ updates });
    await trainer.dispose();
    return of(events, "scoring:switched");
  };

  test("a run of four seconds stays inline, and says why", async () => {
    expect(await run(400)).toMatchObject([
      {
        mode: "inline",
        reason: "The run is too short to repay a thread that scores: about 3.9 s are left.",
      },
    ]);
  });

  test("a run that goes on, or is taken up, for longer than was said at first tries it out", async () => {
    const make = () =>
      start(
        timed(() => ({ step: 10, score: 8 })),
        { scoring: "auto" },
      );
    const [first, second] = [make(), make()];
    await first.run({ updates: 60 });
    await second.restore(structuredClone(await first.state()));
    for (const trainer of [first, second]) {
      const events = record(trainer);
      trainer.begin({ updates: 5000 });
      await advance(trainer, 100);
      expect(of(events, "scoring:switched")[0]?.reason).toContain("it adds");
      await trainer.dispose();
    }
  });

  test("a run of twenty-two seconds tries it out", async () => {
    const [switched] = await run(2200);
    expect(switched?.reason).toContain("it adds");
  });
});
