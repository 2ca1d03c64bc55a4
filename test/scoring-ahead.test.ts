import { always, never, tau, type Learner, type Trainer, type TrainerOptions } from "@unequal/core";
import { toyDataset, toyLearner } from "@unequal/core/testing";
import { svrg } from "@unequal/samplers";
import { describe, expect, test } from "vitest";
import { run, sizedBy, start as startInBackground, withoutTimes } from "./scoring-run.js";

const dataset = toyDataset({ size: 100, features: 4, outputs: 3 });

/** A learner that says whether it computes alongside the host, and counts what is asked of it. */
function watched(asynchronous: boolean, faults: { failing?: number; poisoned?: number } = {}) {
  const inner = toyLearner({ features: 4, outputs: 3, learningRate: 0.3 });
  const calls: string[] = [];
  let computed = 0;
  let stepped = 0;
  const learner: Learner = {
    ...inner,
    facts: { ...inner.facts, asynchronous },
    compute: (...request) => {
      calls.push("compute");
      if (++computed === faults.failing) return Promise.reject(new Error("the engine broke"));
      return inner.compute(...request);
    },
    step: async (...request) => {
      const result = await inner.step(...request);
      calls.push("step");
      if (++stepped === faults.poisoned) result.signals.loss?.fill(Number.NaN);
      await new Promise((resolve) => setTimeout(resolve, 1));
      calls.push("read");
      return result;
    },
  };
  return { learner, calls, alive: inner.alive };
}

function start(learner: Learner, options: Partial<TrainerOptions> = {}): Trainer {
  return startInBackground(learner, { dataset, scoring: "inline", ...options });
}

/** What a run told, but for its times. */
async function eventsOf(trainer: Trainer, updates: number): Promise<unknown[]> {
  return withoutTimes(await run(trainer, updates));
}

const swinging = sizedBy((update) => 16 + 8 * (update % 2));

const given = { score: 1, step: 8 };

describe("on an engine that computes alongside the host", () => {
  test.each([
    ["always by importance", { gate: always() }],
    ["never by importance", { gate: never() }],
    ["with a gate that switches", { gate: tau({ costs: given, account: "pool" }) }],
    ["with pools larger than what is left of a pass", { presample: 90 }],
    ["with an estimator that waits within a step", { estimator: svrg() }],
  ] as const)("a run is the same run, %s", async (_, options) => {
    const [here, background] = [watched(false), watched(true)];
    const wanted = await eventsOf(start(here.learner, options), 60);
    expect(await eventsOf(start(background.learner, options), 60)).toEqual(wanted);
    expect(background.alive()).toBe(0);
  });

  test("the next candidates are scored before this step's losses are read, once two pools were alike", async () => {
    const { learner, calls } = watched(true);
    const trainer = start(learner, {
      dataset: toyDataset({ size: 1000, features: 4, outputs: 3 }),
    });
    await trainer.run({ updates: 4 });
    await trainer.dispose();
    const ahead = ["step", "compute", "read"];
    const first = ["compute", "step", "read"];
    expect(calls).toEqual([...first, "compute", ...ahead, ...ahead, ...ahead]);
  });

  test("steps are made one after the other while costs are measured", async () => {
    const { learner, calls } = watched(true);
    const trainer = start(learner, { gate: tau() });
    await trainer.run({ updates: 20 });
    expect(calls).toEqual(Array.from({ length: 20 }, () => ["step", "read"]).flat());
    await trainer.dispose();
  });

  test("nothing is scored in vain where every pool is of another size", async () => {
    const { learner, calls } = watched(true);
    const trainer = start(learner, { sizer: swinging });
    await trainer.run({ updates: 40 });
    await trainer.dispose();
    expect(calls.filter((call) => call === "compute")).toHaveLength(40);
  });

  test("a run continues bit for bit from a state that it is given back, whatever was asked ahead", async () => {
    const { learner, alive } = watched(true);
    const trainer = start(learner);
    const losses: number[] = [];
    trainer.events.on("step:end", ({ loss }) => losses.push(loss));
    await trainer.run({ updates: 20 });
    const state = structuredClone(await trainer.state());
    await trainer.run({ updates: 30 });
    await trainer.restore(state);
    await trainer.run({ updates: 30 });
    expect(losses.slice(30)).toEqual(losses.slice(20, 30));
    // one of other weights, at the same step
    await trainer.restore(state);
    learner.assign(
      learner.write([new Float32Array(15), new Float32Array(15), new Float32Array(15)]),
    );
    await trainer.step();
    expect(losses.at(-1)).not.toBe(losses[20]);
    await trainer.dispose();
    expect(alive()).toBe(1);
  });

  test("what fails ahead fails the step that wants it, and nothing leaks", async () => {
    const { learner, alive } = watched(true, { failing: 14 });
    const trainer = start(learner, { presample: 8, batchSize: 4 });
    for (let step = 0; step < 13; step++) await trainer.step();
    await expect(trainer.step()).rejects.toThrow("the engine broke");
    await trainer.step();
    await trainer.dispose();
    expect(alive()).toBe(0);
  });

  test("a step that fails leaves nothing on its way", async () => {
    const { learner, calls, alive } = watched(true, { poisoned: 13 });
    const trainer = start(learner, { presample: 8, batchSize: 4 });
    for (let step = 0; step < 12; step++) await trainer.step();
    await expect(trainer.step()).rejects.toThrow(
      expect.objectContaining({ code: "LOSS_NOT_FINITE" }),
    );
    const asked = calls.length;
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(calls).toHaveLength(asked);
    await trainer.dispose();
    expect(alive()).toBe(0);
  });
});
