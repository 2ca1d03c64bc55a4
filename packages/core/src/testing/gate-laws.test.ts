import { describe, expect, test } from "vitest";
import type { Behaviour, Facts } from "../plugin/facts.js";
import { defineGate } from "../plugin/part.js";
import { Registry } from "../plugin/registry.js";
import type { PartContext } from "../plugin/part.js";
import { restored } from "../state/restored.js";
import { decisionFaults, type Fault } from "./decision-faults.js";
import { expectBroken } from "./expect-broken.js";
import { gateLaws } from "./gate-laws.js";
import { brokenLaws } from "./law.js";

const registry = new Registry([]);

describe("gate laws", () => {
  const subject = (
    setup: (context: PartContext) => Behaviour<"gate">,
    facts: Partial<Facts<"gate">> = {},
  ) => ({
    part: defineGate({
      name: "subject",
      summary: "Test.",
      facts: { requires: ["estimate"], ...facts },
      setup: (_, context) => setup(context),
    })(),
    registry,
  });
  /** On while the mean of all taus heard is above 2. */
  const honest = ({ events }: PartContext): Behaviour<"gate"> => {
    let sum = 0;
    let count = 0;
    const hear = (event: { readonly estimate?: { readonly tau: number } }): void => {
      if (event.estimate === undefined) return;
      sum += event.estimate.tau;
      count += 1;
    };
    events.on("batch:scored", hear);
    events.on("step:end", hear);
    return {
      decide: () => sum > 2 * count,
      figures: () => ({ tau: sum / count }),
      state: () => ({ version: 1, sum, count }),
      restore: (state) => {
        ({ sum, count } = restored<{ sum: number; count: number }>(state, 1, "honest"));
      },
    };
  };

  test("hold for a gate that averages tau", async () => {
    expect(await brokenLaws(gateLaws, subject(honest))).toEqual([]);
  });

  const faults: readonly Fault<Behaviour<"gate">, Partial<Facts<"gate">>>[] = [
    [
      "changes its mind each time it is asked",
      (context) => {
        let calls = 0;
        return { ...honest(context), decide: () => calls++ % 2 === 0 };
      },
      "asked twice",
    ],
    [
      "goes by the first tau that it hears, and saves it not",
      (context) => {
        let first: number | undefined;
        context.events.on("step:end", ({ estimate }) => void (first ??= estimate?.tau));
        return { ...honest(context), decide: () => (first ?? 0) > 2 };
      },
      [
        "continues the same",
        /restored by one that has heard other figures: all that it goes by must be in state\(\)/,
      ],
    ],
    [
      "goes by the first costs that it hears, and saves them not",
      (context) => {
        let score = 1;
        context.events.on("costs:calibrated", ({ costs }) => (score = costs.score));
        const gate = honest(context);
        return { ...gate, decide: (progress) => score < 2 && gate.decide(progress) };
      },
      ["continues the same", /restored by one that has heard other figures/],
    ],
    [
      "changes its ways after 400 events",
      (context) => {
        let heard = 0;
        context.events.on("step:end", () => (heard += 1));
        const gate = honest(context);
        return { ...gate, decide: (progress) => heard < 400 && gate.decide(progress) };
      },
      ["continues the same", /after 5 steps, taken back 600 steps later/],
    ],
    ...decisionFaults(honest),
    [
      "tosses a coin",
      (context) => ({ ...honest(context), decide: () => Math.random() < 0.5 }),
      "global randomness",
    ],
  ];

  const cases = faults.map(([fault, ...rest]) => [fault, rest] as const);

  test.each(cases)("catch a gate that %s", async (_, [setup, breach, facts]) => {
    await expectBroken(gateLaws, subject(setup, facts), breach);
  });
});
