import { describe, expect, test } from "vitest";
import type { Scheduler, SchedulerFacts } from "../contracts/scheduler.js";
import { defineScheduler, type PartContext } from "../plugin/part.js";
import { Registry } from "../plugin/registry.js";
import { schedulersPlugin } from "../schedulers/schedulers-plugin.js";
import { composeScheduler } from "../schedulers/compose-scheduler.js";
import { restored } from "../state/restored.js";
import { expectBroken, type Breach } from "./expect-broken.js";
import { brokenLaws } from "./law.js";
import { describeScheduler, schedulerLaws } from "./scheduler-laws.js";

const registry = new Registry([schedulersPlugin]);

const define = (setup: (context: PartContext) => Scheduler) =>
  defineScheduler({ name: "subject", summary: "Test.", setup: (_, context) => setup(context) })();

/** The usual one, as a whole. */
const composed = define(({ use }) =>
  composeScheduler(use("gate", "tau"), use("sizer", "constant-time")),
);

describeScheduler(composed, { registry });

describe("scheduler laws", () => {
  const subject = (setup: (context: PartContext) => Scheduler) => ({
    part: define(setup),
    registry,
  });
  /** On from a mean tau of 2, B = b or 2b. */
  const honest = ({ events }: PartContext): Scheduler => {
    let facts: SchedulerFacts = { batchSize: 1, presample: 1, size: 1, estimated: true };
    let [sum, count] = [0, 0];
    events.on("step:end", ({ estimate }) => {
      sum += estimate?.tau ?? 0;
      count += Number(estimate !== undefined);
    });
    return {
      requires: new Set(["estimate"] as const),
      bind: (told) => void (facts = told),
      decide: () => {
        const importance = sum > 2 * count;
        const candidates = Math.min(facts.size, (importance ? 2 : 1) * facts.batchSize);
        return { importance, candidates, count: Math.min(facts.batchSize, facts.size) };
      },
      figures: () => ({ sum, count }),
      state: () => ({ version: 1, sum, count }),
      restore: (state) => {
        ({ sum, count } = restored<{ sum: number; count: number }>(state, 1, "honest"));
      },
    };
  };

  test("hold for one that averages tau", async () => {
    expect(await brokenLaws(schedulerLaws, subject(honest))).toEqual([]);
  });

  const faults: readonly (readonly [string, (context: PartContext) => Scheduler, Breach])[] = [
    [
      "says maybe",
      (context) => {
        const inner = honest(context);
        return {
          ...inner,
          decide: (progress) => ({ ...inner.decide(progress), importance: 0.5 as never }),
        };
      },
      "true or false",
    ],
    [
      "scores more than there is",
      (context) => {
        const inner = honest(context);
        return {
          ...inner,
          decide: (progress) => ({ ...inner.decide(progress), candidates: 1601 }),
        };
      },
      "whole numbers",
    ],
    [
      "keeps nothing in its state",
      (context) => ({ ...honest(context), state: () => ({ version: 1, sum: 0, count: 0 }) }),
      "continues the same",
    ],
    [
      "wants what no trainer has",
      (context) => ({ ...honest(context), requires: new Set(["weather" as never]) }),
      "requires nothing but",
    ],
  ];

  test.each(faults)("catch one that %s", async (_, setup, fragment) => {
    await expectBroken(schedulerLaws, subject(setup), fragment);
  });
});
