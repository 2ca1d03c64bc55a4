import { recorded, type ScoringOption, type Trainer, type TrainerOptions } from "@unequal/core";
import { infoBatch, laber } from "@unequal/samplers";
import { expect, test } from "vitest";
import {
  advance,
  ages,
  dataset,
  learnerWith,
  of,
  record,
  run,
  sizedBy,
  start as startInBackground,
  withoutTimes,
} from "./scoring-run.js";

const scoring: ScoringOption = { name: "background", age: 2 };

/** Opens and closes as told. */
const gate = (open: (update: number) => boolean) =>
  recorded({
    switches: Array.from({ length: 80 }, (_, update) => update).filter(
      (update) => open(update) !== (update > 0 && open(update - 1)),
    ),
  });

/** One more candidate at every update. */
const growing = () => sizedBy((update) => 12 + update);

/** A first stage whose passes deal every example once, in two stages, two pools ahead. */
function start(options: Partial<TrainerOptions>, learner = learnerWith()): Trainer {
  return startInBackground(learner, {
    sampler: laber({ of: infoBatch({ until: "1000up" }) }),
    scoring,
    ...options,
  });
}

/** Checks that the first ids dealt are those of a pass, each once. */
function expectPass(ids: readonly number[]): void {
  expect(ids.length).toBeGreaterThanOrEqual(dataset.size);
  expect(new Set(ids.slice(0, dataset.size)).size).toBe(dataset.size);
}

test.each([
  ["alternates", (update: number) => update % 2 === 0],
  ["closes for a while", (update: number) => update % 7 < 4],
] as const)("no candidate that was proposed is lost where the gate %s", async (_, open) => {
  const events = await run(start({ gate: gate(open) }), 80);
  expectPass(of(events, "batch:scored").flatMap(({ ids }) => [...ids]));
  // and none is used by a uniform step, which takes the dataset's order
  const uniform = of(events, "batch:selected").filter(({ step }) => !open(step));
  expectPass(uniform.flatMap(({ ids }) => [...ids]));
});

test("what was kept is scored anew, by the parameters of when it is wanted", async () => {
  const open = (update: number): boolean => update < 5 || update > 7;
  const events = await run(start({ gate: gate(open) }), 12);
  const none = undefined;
  expect(ages(events)).toEqual([0, 1, 2, 2, 2, none, none, none, 0, 1, 2, 2]);
});

test("a replica that fails takes no proposals with it, of whatever size", async () => {
  let calls = 0;
  const learner = learnerWith({ fail: () => ++calls > 4 });
  const events = await run(start({ sizer: growing() }, learner), 20);
  expect(of(events, "scoring:switched").at(-1)).toMatchObject({ mode: "inline" });
  const scored = of(events, "batch:scored");
  expectPass(scored.flatMap(({ ids }) => [...ids]));
  // the last of a pass may be fewer
  for (const { step, ids } of scored)
    expect(ids.length).toBeLessThanOrEqual(of(events, "step:start")[step]?.candidates ?? 0);
});

test("uniform steps estimate the gain of the sizes that are wanted now, whatever was kept", async () => {
  const options = { gate: gate((update) => update < 5), sizer: growing() };
  const events = await run(start(options), 9);
  const told = of(events, "step:end").filter(({ importance }) => !importance);
  expect(told.map(({ estimate }) => estimate?.candidates)).toEqual([17, 18, 19, 20]);
});

test.each([5, 6, 7])("a run saved after %d updates keeps its proposals", async (updates) => {
  const options = { gate: gate((update) => update < 5 || update > 6) };
  const trainer = start(options);
  await advance(trainer, updates);
  const state = structuredClone(await trainer.state());
  const goOn = async (going: Trainer): Promise<unknown[]> => {
    const events = record(going);
    await advance(going, 9);
    await going.dispose();
    return withoutTimes(events.filter(({ type }) => /^(batch|step)/.test(type)));
  };
  const wanted = await goOn(trainer);
  const other = start(options);
  await other.restore(state);
  expect(await goOn(other)).toEqual(wanted);
});
