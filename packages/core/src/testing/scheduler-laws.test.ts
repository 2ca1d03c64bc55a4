import { describe, expect, test } from "vitest";
import type { SchedulerFacts } from "../contracts/scheduler.js";
import type { Behaviour, Facts } from "../plugin/facts.js";
import { defineScheduler, type PartContext } from "../plugin/part.js";
import { Registry } from "../plugin/registry.js";
import { schedulersPlugin } from "../schedulers/schedulers-plugin.js";
import { composeScheduler } from "../schedulers/compose-scheduler.js";
import { restored } from "../state/restored.js";
import { decisionFaults, type Fault } from "./decision-faults.js";
import { expectBroken } from "./expect-broken.js";
import { brokenLaws } from "./law.js";
import { describeScheduler, schedulerLaws } from "./scheduler-laws.js";

const registry = new Registry([schedulersPlugin]);

const define = (
  setup: (context: PartContext) => Behaviour<"scheduler">,
  facts: Partial<Facts<"scheduler">> = {},
) =>
  defineScheduler({
    name: "subject",
    summary: "Test.",
    facts: { requires: ["costs", "estimate", "loss", "comparison"], ...facts },
    setup: (_, context) => setup(context),
  })();

/** The usual one, as a whole. */
const composed = define(({ use }) =>
  composeScheduler(
    use("gate", "tau"),
    use("sizer", "constant-time"),
    use("rate", "effective-batch"),
  ),
);

describeScheduler(composed, { registry });

describe("scheduler laws", () => {
  const subject = (
    setup: (context: PartContext) => Behaviour<"scheduler">,
    facts?: Partial<Facts<"scheduler">>,
  ) => ({
    part: define(setup, facts),
    registry,
  });
  /** On from a mean tau of 2, B = b or 2b. */
  const honest = ({ events }: PartContext): Behaviour<"scheduler"> => {
    let facts: SchedulerFacts = { batchSize: 1, presample: 1, size: 1, estimated: true };
    let [sum, count] = [0, 0];
    events.on("step:end", ({ estimate }) => {
      sum += estimate?.tau ?? 0;
      count += Number(estimate !== undefined);
    });
    return {
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

  const faults: readonly Fault<Behaviour<"scheduler">, Partial<Facts<"scheduler">>>[] = [
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
      "saves what it knew at its beginning",
      (context) => ({ ...honest(context), state: () => ({ version: 1, sum: 0, count: 0 }) }),
      "continues the same",
    ],
    ...decisionFaults(honest),
  ];

  const cases = faults.map(([fault, ...rest]) => [fault, rest] as const);

  test.each(cases)("catch one that %s", async (_, [setup, breach, facts]) => {
    await expectBroken(schedulerLaws, subject(setup, facts), breach);
  });
});
