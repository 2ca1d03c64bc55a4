import {
  defineScorer,
  never,
  stateless,
  tau,
  windowGate,
  type Learner,
  type ScoringOption,
  type State,
  type TrainerOptions,
  type UnequalEvent,
} from "@unequal/core";
import { history, laber, proportional } from "@unequal/samplers";
import { describe, expect, test } from "vitest";
import {
  advance,
  ages,
  dataset,
  learnerWith,
  of,
  pause,
  record,
  run,
  sizedBy,
  start,
  withoutTimes,
} from "./scoring-run.js";

describe("with scores computed in the background", () => {
  test.each([1, 2, 5])("every score is %d updates old once so many were made", async (age) => {
    const events = await run(start(learnerWith(), { scoring: { name: "background", age } }), 12);
    const wanted = Array.from({ length: 12 }, (_, update) => Math.min(update, age));
    expect(ages(events)).toEqual(wanted);
    expect(of(events, "batch:scored").map((event) => event.age)).toEqual(wanted);
    expect(of(events, "scoring:switched")).toMatchObject([{ mode: "background" }]);
  });

  test("scores are those of the parameters of then: it draws as who waits with its updates would", async () => {
    const learner = learnerWith();
    const frozen = learnerWith();
    const trainer = start(learner);
    const scored: { ids: Uint32Array; scores: Float32Array }[] = [];
    trainer.events.on("batch:scored", (event) => scored.push(event));
    const thetas = [];
    for (let update = 0; update < 6; update++) {
      thetas.push(learner.parameters());
      await trainer.step();
    }
    for (let update = 1; update < 6; update++) {
      const { ids, scores } = scored[update] as (typeof scored)[number];
      const values = await learner.read(thetas[update - 1] as never);
      const theta = frozen.write(values);
      frozen.assign(theta);
      const batch = frozen.upload(await dataset.take(ids, new Uint32Array(ids.length)));
      const { "upper-bound": bound } = await frozen.compute(["upper-bound"], batch);
      expect(scores).toEqual(bound);
      batch.dispose();
      theta.dispose();
    }
    await trainer.dispose();
  });

  test("ten runs under artificial delays tell the same, but for times", async () => {
    const options = { gate: tau({ costs: { score: 0.01, step: 1 }, dwell: 5 }) };
    const wanted = withoutTimes(await run(start(learnerWith(), options), 40));
    expect(
      wanted.filter((event) => (event as UnequalEvent).type === "batch:scored").length,
    ).toBeGreaterThan(5);
    for (let round = 0; round < 10; round++) {
      let call = round;
      const delay = (): Promise<void> => pause((7 * call++ * (round + 1)) % 5);
      expect(withoutTimes(await run(start(learnerWith({ delay }), options), 40))).toEqual(wanted);
    }
  });

  test("pools are as large as the sizer says", async () => {
    const growing = sizedBy((update) => 40 + update);
    const events = await run(start(learnerWith(), { sizer: growing }), 20);
    const scored = of(events, "batch:scored");
    // planned with the sizes of the step before
    for (const { step, ids } of scored) expect(ids.length).toBe(40 + Math.max(0, step - 1));
    expect(scored).toHaveLength(20);
    for (const { candidates, gain, tau, dispersion, count } of of(events, "step:end").flatMap(
      ({ estimate }) => estimate ?? [],
    )) {
      expect(candidates).toBeGreaterThanOrEqual(40);
      expect(gain).toBeCloseTo(1 / (dispersion / tau + count / candidates), 12);
    }
  });

  test("candidates whose score is not finite are left out of old pools too", async () => {
    const poisoned = defineScorer({
      name: "poisoned",
      summary: "The loss, but of every seventh example.",
      facts: { requires: ["loss"] },
      setup: () => ({
        ...stateless("poisoned"),
        score: ({ ids, signals }) =>
          Float32Array.from(ids, (id, row) =>
            id % 7 === 0 ? Number.NaN : (signals["loss"]?.[row] ?? 0),
          ),
      }),
    });
    const options = { scorer: poisoned(), nonFinite: "skip", presample: 48 } as const;
    const events = await run(start(learnerWith(), options), 30);
    const drawn = of(events, "batch:selected").flatMap(({ ids }) => [...ids]);
    expect(drawn.length).toBeGreaterThan(100);
    expect(drawn.filter((id) => id % 7 === 0)).toEqual([]);
    expect(of(events, "batch:scored").every(({ skipped }) => skipped > 0)).toBe(true);
  });

  test("a draw of no rows brings none onto the engine", async () => {
    const sampler = proportional({ draw: "poisson" });
    const events = await run(start(learnerWith(), { sampler, batchSize: 1, presample: 12 }), 40);
    // the first pool is scored inline
    const steps = of(events, "step:end").slice(1);
    expect(steps.some(({ rows }) => rows === 0)).toBe(true);
    for (const { loaded, rows } of steps) expect(loaded).toBe(rows);
  });

  test("every candidate of a pass comes once, also where the gate closes in between", async () => {
    const gate = windowGate({ start: 3, end: 30, every: 2 });
    const events = await run(start(learnerWith(), { gate, presample: 16 }), 40);
    const dealt = events.flatMap((event) =>
      event.type === "batch:scored" ||
      (event.type === "batch:selected" && !scoredAt(events, event.step))
        ? [...event.ids]
        : [],
    );
    for (let pass = 0; (pass + 1) * dataset.size <= dealt.length; pass++) {
      const ids = dealt.slice(pass * dataset.size, (pass + 1) * dataset.size);
      expect(new Set(ids).size).toBe(dataset.size);
    }
    expect(dealt.length).toBeGreaterThan(2 * dataset.size);
  });

  test("a saved run goes on bit for bit, with what was on its way", async () => {
    for (const options of [
      { scoring: { name: "background", age: 2 } },
      { sampler: laber({ of: history() }) },
    ] satisfies Partial<TrainerOptions>[]) {
      const trainer = start(learnerWith(), options);
      await advance(trainer, 11);
      const state = structuredClone(await trainer.state());
      const events = record(trainer);
      await advance(trainer, 9);
      await trainer.dispose();
      const other = start(learnerWith(), options);
      await other.restore(state);
      const again = record(other);
      await advance(other, 9);
      await other.dispose();
      const steps = (all: UnequalEvent[]): unknown[] =>
        withoutTimes(all.filter(({ type }) => type.startsWith("batch") || type.startsWith("step")));
      expect(steps(again)).toEqual(steps(events));
    }
  });

  /** The state of a run that has given its replica up. */
  async function givenUp(): Promise<State> {
    let calls = 0;
    const trainer = start(learnerWith({ fail: () => ++calls > 3 }));
    await advance(trainer, 8);
    const state = structuredClone(await trainer.state());
    await trainer.dispose();
    return state;
  }

  test("a run that has given its replica up goes on without one", async () => {
    const state = await givenUp();
    const other = start(learnerWith());
    await other.restore(state);
    const events = record(other);
    await advance(other, 5);
    await other.dispose();
    expect(ages(events)).toEqual([0, 0, 0, 0, 0]);
  });

  test("a trainer whose replica failed since takes a saved run up with another one", async () => {
    let calls = 0;
    const trainer = start(learnerWith({ fail: () => ++calls === 6 }));
    await advance(trainer, 4);
    const state = structuredClone(await trainer.state());
    const first = record(trainer);
    await advance(trainer, 3);
    expect(ages(first)).toEqual([1, 1, 0]);
    await trainer.restore(state);
    const events = record(trainer);
    await advance(trainer, 5);
    await trainer.dispose();
    expect(ages(events)).toEqual([1, 1, 1, 1, 1]);
  });

  test("a run that had given its replica up ends that of the trainer which takes it up", async () => {
    const state = await givenUp();
    const learner = learnerWith();
    const other = start(learner);
    await advance(other, 3);
    const replicas = learner.alive();
    await other.restore(state);
    const events = record(other);
    await advance(other, 5);
    expect(ages(events)).toEqual([0, 0, 0, 0, 0]);
    expect(learner.alive()).toBeLessThan(replicas);
    await other.dispose();
  });

  test("a run that ends before its replica is there leaves none behind", async () => {
    const inner = learnerWith();
    const learner: Learner = {
      ...inner,
      replicate: async (...of) => {
        await pause(20);
        return inner.replicate?.(...of) ?? expect.fail();
      },
    };
    const trainer = start(learner, { gate: never() });
    await trainer.step();
    await trainer.dispose();
    expect(inner.alive()).toBe(0);
  });

  test("a replica that is never there is given up, and the run goes on", async () => {
    const learner: Learner = { ...learnerWith(), replicate: () => new Promise(() => {}) };
    const scoring: ScoringOption = { name: "background", timeout: 0.05 };
    const events = await run(start(learner, { scoring }), 5);
    expect(ages(events)).toEqual([0, 0, 0, 0, 0]);
    expect(of(events, "warning")).toMatchObject([{ code: "SCORING_FAILED" }]);
  });

  test("a run that ends within a step fails that step, and scores nothing any more", async () => {
    let milliseconds = 0;
    const inner = learnerWith({ delay: () => pause(milliseconds) });
    let computed = 0;
    const learner: Learner = {
      ...inner,
      compute: (...request) => {
        computed += 1;
        return inner.compute(...request);
      },
    };
    const trainer = start(learner);
    await trainer.step();
    milliseconds = 10_000;
    await trainer.step();
    const events = record(trainer);
    const step = trainer.step().catch((error: unknown) => error);
    await trainer.dispose();
    expect(await step).toMatchObject({ code: "DISPOSED" });
    expect(of(events, "warning")).toEqual([]);
    expect(of(events, "scoring:switched")).toEqual([]);
    expect(computed).toBe(1);
  });

  test("nothing is left when a run ends", async () => {
    const learner = learnerWith({ delay: () => pause(2) });
    await run(start(learner), 20);
    expect(learner.alive()).toBe(0);
  });
});

function scoredAt(events: readonly UnequalEvent[], step: number): boolean {
  return of(events, "batch:scored").some((event) => event.step === step);
}

describe("when the replica fails", () => {
  test("the run goes on inline, and says so", async () => {
    let calls = 0;
    const events = await run(start(learnerWith({ fail: () => ++calls > 5 })), 20);
    expect(of(events, "step:end")).toHaveLength(20);
    expect(ages(events).slice(0, 6)).toEqual([0, 1, 1, 1, 1, 1]);
    expect(ages(events).slice(6)).toEqual(Array.from({ length: 14 }, () => 0));
    expect(of(events, "warning")).toMatchObject([{ code: "SCORING_FAILED" }]);
    expect(of(events, "scoring:switched").map(({ mode }) => mode)).toEqual([
      "background",
      "inline",
    ]);
  });

  test("so it does when scores do not come in time", async () => {
    const learner = learnerWith({ delay: () => pause(100_000) });
    const scoring: ScoringOption = { name: "background", timeout: 0.05 };
    const events = await run(start(learner, { scoring }), 5);
    expect(ages(events)).toEqual([0, 0, 0, 0, 0]);
    expect(of(events, "warning")).toMatchObject([{ code: "SCORING_FAILED" }]);
  });

  test("a fault of the data is told as what it is", async () => {
    const broken = {
      ...dataset,
      take: (ids: Uint32Array, keys: Uint32Array) => {
        if (ids.includes(77)) throw new Error("example 77 cannot be read");
        return dataset.take(ids, keys);
      },
    };
    const trainer = start(learnerWith(), { dataset: broken });
    await expect(trainer.run({ updates: 30 })).rejects.toThrow("example 77 cannot be read");
    await trainer.dispose();
  });

  test("a learner that cannot be replicated is refused, or with auto scored inline", async () => {
    const { replicate: _, ...learner } = learnerWith();
    const trainer = start(learner);
    await expect(trainer.step()).rejects.toThrow(
      expect.objectContaining({ code: "SCORING_UNAVAILABLE" }),
    );
    await trainer.dispose();
    const other = start(learner, { scoring: "auto" });
    const events = record(other);
    await advance(other, 45);
    await other.dispose();
    expect(of(events, "warning")).toEqual([]);
    expect(of(events, "scoring:switched")).toMatchObject([
      { mode: "inline", reason: expect.stringContaining("can be replicated") as string },
    ]);
    expect(new Set(ages(events))).toEqual(new Set([0]));
  });
});
