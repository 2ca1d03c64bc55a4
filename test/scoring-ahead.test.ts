import {
  always,
  createTrainer,
  EVENT_TYPES,
  never,
  tau,
  type Learner,
  type Trainer,
  type TrainerOptions,
  type UnequalEvent,
} from "@unequal/core";
import { toyDataset, toyLearner } from "@unequal/core/testing";
import { plain, proportional, svrg, unbiased, upperBound } from "@unequal/samplers";
import { describe, expect, test } from "vitest";

const dataset = toyDataset({ size: 100, features: 4, outputs: 3 });

/** A learner that says whether it computes beside the host, and counts what is asked of it. */
function watched(asynchronous: boolean, faults: { failing?: number; poisoned?: number } = {}) {
  const inner = toyLearner({ features: 4, outputs: 3, learningRate: 0.3 });
  const calls: string[] = [];
  let computed = 0;
  const learner: Learner = {
    ...inner,
    facts: { ...inner.facts, asynchronous },
    compute: (...request) => {
      calls.push("compute");
      if (++computed === faults.failing) return Promise.reject(new Error("the engine broke"));
      return inner.compute(...request);
    },
    step: async (...request) => {
      const result = inner.step(...request);
      calls.push("step");
      await new Promise((resolve) => setTimeout(resolve, 1));
      calls.push("read");
      return result;
    },
  };
  return { learner, calls, alive: inner.alive };
}

function start(learner: Learner, options: Partial<TrainerOptions> = {}): Trainer {
  return createTrainer({
    learner,
    dataset,
    sampler: proportional(),
    scorer: upperBound(),
    weighting: unbiased(),
    estimator: plain(),
    gate: always(),
    batchSize: 8,
    presample: 24,
    ...options,
  });
}

/** What a run told, but for its times. */
async function eventsOf(trainer: Trainer, updates: number): Promise<unknown[]> {
  const events: UnequalEvent[] = [];
  for (const type of EVENT_TYPES) trainer.events.on(type, (event) => events.push(event));
  await trainer.run({ updates });
  await trainer.dispose();
  return JSON.parse(
    JSON.stringify(events, (key, value: unknown) =>
      ["seconds", "durations", "time"].includes(key) ? undefined : value,
    ),
  ) as unknown[];
}

const given = { score: 1, step: 8 };

describe("on an engine that computes beside the host", () => {
  test.each([
    ["always by importance", { gate: always() }],
    ["never by importance", { gate: never() }],
    ["with a gate that switches", { gate: tau({ costs: given, account: "pool" }) }],
    ["with pools larger than what is left of a pass", { presample: 90 }],
    ["with an estimator that waits within a step", { estimator: svrg() }],
  ] as const)("a run is the same run, %s", async (_, options) => {
    const [here, beside] = [watched(false), watched(true)];
    const wanted = await eventsOf(start(here.learner, options), 60);
    expect(await eventsOf(start(beside.learner, options), 60)).toEqual(wanted);
    expect(beside.alive()).toBe(0);
  });

  test("the next candidates are scored before this step's losses are read", async () => {
    const { learner, calls } = watched(true);
    const trainer = start(learner);
    await trainer.run({ updates: 3 });
    await trainer.dispose();
    const round = ["step", "compute", "read"];
    expect(calls).toEqual(["compute", ...round, ...round, "step", "compute", "read"]);
  });

  test("steps are made one after the other while costs are measured", async () => {
    const { learner, calls } = watched(true);
    const trainer = start(learner, { gate: tau() });
    await trainer.run({ updates: 20 });
    expect(calls.slice(0, 40)).toEqual(Array.from({ length: 20 }, () => ["step", "read"]).flat());
    await trainer.dispose();
  });

  test("a run continues bit for bit from its state", async () => {
    const whole = await eventsOf(start(watched(true).learner), 30);
    const first = watched(true);
    const trainer = start(first.learner);
    await trainer.run({ updates: 13 });
    const state = structuredClone(await trainer.state());
    await trainer.dispose();
    expect(first.alive()).toBe(0);
    const second = start(watched(true).learner);
    await second.restore(state);
    const rest = await eventsOf(second, 30);
    const steps = (events: unknown[]) =>
      (events as { type: string; progress?: { update: number } }[]).filter(
        ({ type, progress }) => type === "step:end" && (progress?.update ?? 0) > 13,
      );
    expect(steps(rest)).toEqual(steps(whole));
    expect(steps(rest)).toHaveLength(17);
  });

  test("what fails ahead fails the step that wants it, and nothing leaks", async () => {
    const { learner, alive } = watched(true, { failing: 4 });
    const trainer = start(learner);
    for (let step = 0; step < 3; step++) await trainer.step();
    await expect(trainer.step()).rejects.toThrow("the engine broke");
    await trainer.dispose();
    expect(alive()).toBe(0);
  });
});
