import { describe, expect, test } from "vitest";
import type { Behaviour, Facts } from "../plugin/facts.js";
import { defineRate, type PartContext } from "../plugin/part.js";
import { Registry } from "../plugin/registry.js";
import { restored } from "../state/restored.js";
import { decisionFaults, type Fault } from "./decision-faults.js";
import { expectBroken } from "./expect-broken.js";
import { brokenLaws } from "./law.js";
import { rateLaws } from "./rate-laws.js";

const registry = new Registry([]);

describe("rate laws", () => {
  const subject = (
    setup: (context: PartContext) => Behaviour<"rate">,
    facts: Partial<Facts<"rate">> = {},
  ) => ({
    part: defineRate({
      name: "subject",
      summary: "Test.",
      facts: { requires: ["estimate"], ...facts },
      setup: (_, context) => setup(context),
    })(),
    registry,
  });
  /** φ = half the largest tau heard, at least 1. */
  const honest = ({ events }: PartContext): Behaviour<"rate"> => {
    let largest = 1;
    const hear = (event: { readonly estimate?: { readonly tau: number } }): void => {
      largest = Math.max(largest, event.estimate?.tau ?? 1);
    };
    events.on("batch:scored", hear);
    events.on("step:end", hear);
    return {
      factor: () => Math.max(1, largest / 2),
      figures: () => ({ largest }),
      state: () => ({ version: 1, largest }),
      restore: (state) => {
        ({ largest } = restored<{ largest: number }>(state, 1, "honest"));
      },
    };
  };
  const changed =
    (change: (factor: number) => number) =>
    (context: PartContext): Behaviour<"rate"> => {
      const rate = honest(context);
      return { ...rate, factor: (progress) => change(rate.factor(progress)) };
    };

  test("hold for a rate that follows the largest tau", async () => {
    expect(await brokenLaws(rateLaws, subject(honest))).toEqual([]);
  });

  let shared = 0;
  const faults: readonly Fault<Behaviour<"rate">, Partial<Facts<"rate">>>[] = [
    ["stands still", changed((factor) => 2 - factor), "finite factor above 0"],
    ["goes backwards", changed((factor) => 1.5 - factor), "finite factor above 0"],
    ["has no bound", changed((factor) => (factor > 2 ? Infinity : 1)), "finite factor above 0"],
    ["divides by nothing", changed((factor) => (factor > 2 ? NaN : 1)), "finite factor above 0"],
    ["leaps before it looks", changed((factor) => 2 * factor), "before anything is known"],
    [
      "grows each time it is asked",
      (context) => {
        let calls = 0;
        return changed((factor) => factor * (1 + (calls++ % 2)))(context);
      },
      "asked twice",
    ],
    [
      "shares what it learns with its like",
      (context) => {
        const own = shared++ % 2;
        return changed((factor) => factor + own * (factor - 1))(context);
      },
      "repeats itself",
    ],
    [
      "counts the steps made, and saves the count not",
      (context) => {
        let made = 0;
        context.events.on("step:end", () => void (made += 1));
        return changed((factor) => factor * (1 + made / 1000))(context);
      },
      ["continues the same", /restored by a new one: all that it goes by must be in state/],
    ],
    ...decisionFaults(honest),
    [
      "tosses a coin",
      changed((factor) => factor * (1 + Math.random() * (factor - 1))),
      "global randomness",
    ],
  ];

  const cases = faults.map(([fault, ...rest]) => [fault, rest] as const);

  test.each(cases)("catch a rate that %s", async (_, [setup, breach, facts]) => {
    await expectBroken(rateLaws, subject(setup, facts), breach);
  });
});
