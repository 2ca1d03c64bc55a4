import {
  always,
  createTrainer,
  EVENT_TYPES,
  tau,
  TOKENS,
  type Clock,
  type Trainer,
  type TrainerOptions,
  type UnequalEvent,
} from "@unequal/core";
import { toyDataset, toyLearner } from "@unequal/core/testing";
import { plain, proportional, unbiased, upperBound } from "@unequal/samplers";
import { describe, expect, test } from "vitest";

const dataset = toyDataset({ size: 100, features: 4, outputs: 3 });

/** A clock that moves 1 ms at every look. */
function tickingClock(): Clock {
  let time = 0;
  return { now: () => time++ };
}

function start(options: Partial<TrainerOptions> = {}): Trainer {
  return createTrainer({
    learner: toyLearner({ features: 4, outputs: 3, learningRate: 0.3 }),
    dataset,
    sampler: proportional(),
    scorer: upperBound(),
    weighting: unbiased(),
    estimator: plain(),
    gate: always(),
    batchSize: 8,
    presample: 40,
    provide: [[TOKENS.clock, tickingClock()]],
    ...options,
  });
}

function record(trainer: Trainer): UnequalEvent[] {
  const events: UnequalEvent[] = [];
  for (const type of EVENT_TYPES) trainer.events.on(type, (event) => events.push(event));
  return events;
}

describe("a run", () => {
  test("emits its events in the order that events.ts documents", async () => {
    const trainer = start();
    const events = record(trainer);
    await trainer.run({ epochs: 1 });
    const step = ["step:start", "batch:scored", "batch:selected", "step:end"];
    const [first, ...rest] = Array.from({ length: 13 }, () => step);
    expect(events.map(({ type }) => type)).toEqual([
      "run:start",
      "epoch:start",
      "schedule:switched",
      ...(first ?? []),
      ...rest.flat(),
      "epoch:end",
      "run:end",
    ]);
    expect(trainer.updatesPerEpoch).toBe(13);
    expect(trainer.progress).toMatchObject({ update: 13, seen: 13 * 40, epoch: 1, pass: 5 });
    expect(trainer.progress.trained).toBeLessThanOrEqual(13 * 8);
  });

  test("tells what the learner has to say of its model, and what a pass adds to it, each once", async () => {
    const learner = toyLearner({ features: 4, outputs: 3 });
    const notes = ["known"];
    const told: [number, string][] = [];
    const trainer = start({
      learner: {
        ...learner,
        facts: { ...learner.facts, notes },
        compute: (...request) => {
          if (!notes.includes("found")) notes.push("found");
          return learner.compute(...request);
        },
      },
    });
    trainer.events.on("warning", ({ code, message, step }) => {
      expect(code).toBe("NOTE");
      told.push([step, message]);
    });
    await trainer.run({ updates: 3 });
    expect(told).toEqual([
      [0, "known"],
      [0, "found"],
    ]);
  });

  test("ends at the first of its limits", async () => {
    const until = async (budget: Parameters<Trainer["run"]>[0]): Promise<number> => {
      const trainer = start();
      await trainer.run(budget);
      return trainer.progress.update;
    };
    expect(await until({ epochs: 2, updates: 7 })).toBe(7);
    expect(await until({ epochs: 1, updates: 70 })).toBe(13);
    const stopped = new AbortController();
    const afterStep = (): void => {
      stopped.abort();
    };
    expect(await until({ updates: 50, signal: stopped.signal, afterStep })).toBe(1);
    const bySeconds = start();
    await bySeconds.run({ seconds: 0.05 });
    expect(bySeconds.progress.seconds).toBeGreaterThanOrEqual(0.05);
    expect(bySeconds.progress.seconds).toBeLessThan(0.07);
    await expect(until({})).rejects.toThrow(/needs a limit/);
  });

  test("is over when it is disposed", async () => {
    const trainer = start();
    await trainer.step();
    await trainer.dispose();
    await trainer.dispose();
    await expect(trainer.step()).rejects.toThrow(
      expect.objectContaining({ code: "DISPOSED" }) as Error,
    );
  });
});

describe("costs", () => {
  test("are measured once, after twenty uniform steps, by the injected clock", async () => {
    const trainer = start({ gate: tau({ dwell: 5 }) });
    const events = record(trainer);
    await trainer.run({ updates: 40 });
    const calibrated = events.filter(({ type }) => type === "costs:calibrated");
    expect(calibrated).toMatchObject([{ step: 20, costs: trainer.costs }]);
    expect(trainer.costs?.score).toBeGreaterThan(0);
    expect(trainer.costs?.step).toBeGreaterThan(0);
  });

  test("measuring leaves the order of candidates alone", async () => {
    const ids = async (gate: NonNullable<TrainerOptions["gate"]>): Promise<number[]> => {
      const trainer = start({ gate });
      const all: number[] = [];
      trainer.events.on("batch:selected", (event) => all.push(...event.ids));
      await trainer.run({ updates: 30 });
      return all;
    };
    const never = { costs: { score: 3.9, step: 1 } };
    expect(await ids(tau({ margin: 0.9 }))).toEqual(await ids(tau({ ...never, margin: 0 })));
  });
});

describe("the tau gate's switches", () => {
  const given = { costs: { score: 17, step: 20 }, dwell: 4, margin: 0.02, smoothing: 0.8 };
  const uneven = (): Partial<TrainerOptions> => ({
    gate: tau(given),
    learner: toyLearner({ features: 4, outputs: 2, learningRate: 3 }),
    dataset: toyDataset({ size: 200, features: 4, outputs: 2 }),
    batchSize: 20,
    presample: 100,
  });

  async function run(): Promise<UnequalEvent[]> {
    const trainer = start(uneven());
    const events = record(trainer);
    await trainer.run({ updates: 300 });
    return events;
  }

  test("are reproduced by replaying the events, and carry what they rest on", async () => {
    const events = await run();
    const switched = events.filter((event) => event.type === "schedule:switched");
    expect(switched.length).toBeGreaterThan(1);
    for (const { figures } of switched) {
      expect(Object.keys(figures)).toEqual(
        expect.arrayContaining(["tau", "gain", "threshold", "costs", "margin", "dwell"]),
      );
    }
    // the rule once more, by hand, from nothing but the events
    const threshold = (given.costs.score + given.costs.step) / given.costs.step;
    let [on, since, changes, tauSum, dispersionSum] = [false, 0, 0, 0, 0];
    const replayed: (readonly [number, boolean])[] = [];
    let decided = false;
    for (const event of events) {
      if (event.type === "step:start" && decided !== on) {
        decided = on;
        replayed.push([event.step, on]);
      }
      const estimate =
        event.type === "batch:scored" || event.type === "step:end" ? event.estimate : undefined;
      if (estimate === undefined) continue;
      since++;
      tauSum = given.smoothing * tauSum + (1 - given.smoothing) * estimate.tau;
      dispersionSum = given.smoothing * dispersionSum + (1 - given.smoothing) * estimate.dispersion;
      const gain = 1 / (dispersionSum / tauSum + 20 / 100);
      // harder to switch on each further time
      const margin = given.margin * 2 ** Math.max(0, Math.floor(changes / 2) - 1);
      const wanted = gain >= threshold * (on ? 1 - given.margin : 1 + margin);
      if (since >= given.dwell && wanted !== on) [on, since, changes] = [wanted, 0, changes + 1];
    }
    expect(replayed).toEqual(switched.map(({ step, importance }) => [step, importance]));
  });

  test("come at the same steps in a run that is saved and continued half-way", async () => {
    const whole = (await run())
      .filter(({ type }) => type === "schedule:switched")
      .map(({ step }) => step);
    expect(whole.filter((step) => step > 137).length).toBeGreaterThan(0);
    const first = start(uneven());
    const firstEvents = record(first);
    await first.run({ updates: 137 });
    const saved = await first.state();
    const second = start(uneven());
    const secondEvents = record(second);
    await second.restore(structuredClone(saved));
    await second.run({ updates: 300 });
    const steps = [...firstEvents, ...secondEvents]
      .filter(({ type }) => type === "schedule:switched")
      .map(({ step }) => step);
    expect(steps).toEqual(whole);
  });
});

test("trainers share nothing: overriding a token of one leaves the others alone", async () => {
  const clock: Clock = { now: () => 0 };
  const [still, ticking] = [start({ provide: [[TOKENS.clock, clock]] }), start()];
  await still.run({ updates: 3 });
  await ticking.run({ updates: 3 });
  expect(still.progress.seconds).toBe(0);
  expect(ticking.progress.seconds).toBeGreaterThan(0);
  expect(still.events).not.toBe(ticking.events);
});
