import { describe, expect, test } from "vitest";
import type { SchedulerFacts } from "../contracts/scheduler.js";
import type { Behaviour, Facts } from "../plugin/facts.js";
import { defineSizer } from "../plugin/part.js";
import { Registry } from "../plugin/registry.js";
import type { PartContext } from "../plugin/part.js";
import { restored } from "../state/restored.js";
import { decisionFaults, type Fault } from "./decision-faults.js";
import { expectBroken } from "./expect-broken.js";
import { brokenLaws } from "./law.js";
import { sizerLaws } from "./sizer-laws.js";

const registry = new Registry([]);

describe("sizer laws", () => {
  const subject = (
    setup: (context: PartContext) => Behaviour<"sizer">,
    facts: Partial<Facts<"sizer">> = {},
  ) => ({
    part: defineSizer({
      name: "subject",
      summary: "Test.",
      facts: { requires: ["estimate"], ...facts },
      setup: (_, context) => setup(context),
    })(),
    registry,
  });
  /** B = b times the largest tau heard, at most N. */
  const honest = ({ events }: PartContext): Behaviour<"sizer"> => {
    let facts: SchedulerFacts = { batchSize: 1, presample: 1, size: 1, estimated: true };
    let largest = 1;
    const hear = (event: { readonly estimate?: { readonly tau: number } }): void => {
      largest = Math.max(largest, event.estimate?.tau ?? 1);
    };
    events.on("batch:scored", hear);
    events.on("step:end", hear);
    return {
      bind: (told) => {
        facts = told;
      },
      size: () => ({
        candidates: Math.min(facts.size, Math.floor(facts.batchSize * largest)),
        count: facts.batchSize,
      }),
      figures: () => ({ largest }),
      state: () => ({ version: 1, largest }),
      restore: (state) => {
        ({ largest } = restored<{ largest: number }>(state, 1, "honest"));
      },
    };
  };
  const scaled =
    (change: (sizes: { candidates: number; count: number }) => object) =>
    (context: PartContext): Behaviour<"sizer"> => {
      const sizer = honest(context);
      return {
        ...sizer,
        size: (progress) => ({ ...sizer.size(progress), ...change({ ...sizer.size(progress) }) }),
      };
    };

  test("hold for a sizer that follows the largest tau", async () => {
    expect(await brokenLaws(sizerLaws, subject(honest))).toEqual([]);
  });

  let shared = 0;
  const faults: readonly Fault<Behaviour<"sizer">, Partial<Facts<"sizer">>>[] = [
    ["gives fractions", scaled(({ count }) => ({ count: count - 0.5 })), "whole numbers"],
    ["draws more than there is", scaled((s) => ({ count: s.candidates + 1 })), "whole numbers"],
    ["scores more than there is", scaled(() => ({ candidates: 1601 })), "whole numbers"],
    ["trains on none", scaled(() => ({ count: 0 })), "whole numbers"],
    [
      "grows each time it is asked",
      (context) => {
        let calls = 0;
        return scaled(({ candidates }) => ({
          candidates: Math.max(1, candidates - (calls++ % 2)),
          count: 1,
        }))(context);
      },
      "asked twice",
    ],
    [
      "shares what it learns with its like",
      (context) => {
        const own = shared++ % 2;
        return scaled(({ candidates }) => ({
          candidates: Math.max(1, candidates - own),
          count: 1,
        }))(context);
      },
      "repeats itself",
    ],
    ["calls itself steady", honest, "says that it is steady", { steady: true }],
    [
      "goes by the first tau that it hears, and saves it not",
      (context) => {
        let first: number | undefined;
        context.events.on("step:end", ({ estimate }) => void (first ??= estimate?.tau));
        return scaled(({ candidates }) => ({
          candidates: (first ?? 9) > 2 ? 1 : candidates,
          count: 1,
        }))(context);
      },
      ["continues the same", /restored by a new one: all that it goes by must be in state/],
    ],
    [
      "changes its ways after 400 events",
      (context) => {
        let heard = 0;
        context.events.on("step:end", () => (heard += 1));
        return scaled(() => (heard < 400 ? {} : { candidates: 1, count: 1 }))(context);
      },
      ["continues the same", /after 5 steps, taken back 600 steps later/],
    ],
    ...decisionFaults(honest),
    [
      "tosses a coin",
      scaled(({ count }) => ({ count: Math.random() < 0.5 ? 1 : count })),
      "global randomness",
    ],
  ];

  const cases = faults.map(([fault, ...rest]) => [fault, rest] as const);

  test.each(cases)("catch a sizer that %s", async (_, [setup, breach, facts]) => {
    await expectBroken(sizerLaws, subject(setup, facts), breach);
  });
});
