import { expect } from "vitest";
import type { SchedulerFacts } from "../contracts/scheduler.js";
import type { Part } from "../plugin/part.js";
import { Registry } from "../plugin/registry.js";
import { decisionLaws, decisionsOf, STEPS, type DecisionRun } from "./decision-laws.js";
import { describeLaws } from "./describe-laws.js";
import type { Law } from "./law.js";
import { announceStep, SCHEDULED_RUNS, USUAL_RUN } from "./scheduler-run.js";
import { setUpPart } from "./set-up-part.js";
import { toyProgress } from "./toy-pool.js";

/** A rate under test. */
export interface RateSubject {
  readonly part: Part<"rate">;
  readonly registry: Registry;
}

/** A rate at work in a made-up run whose tau rises and falls; every fourth step is uniform. */
function start({ part, registry }: RateSubject, facts: SchedulerFacts = USUAL_RUN): DecisionRun {
  const { role: rate, events, cursor } = setUpPart(part, { registry });
  rate.bind?.(facts);
  const { presample, batchSize } = facts;
  const sizes = { candidates: presample, count: batchSize };
  return {
    role: rate,
    ask: (update) => rate.factor(toyProgress(update)),
    step: (update, world = 0) => {
      cursor.step = update;
      const factor = rate.factor(toyProgress(update));
      const importance = update % 4 !== 0;
      announceStep(events, { update, importance, rate: factor, sizes, world }, facts);
      return factor;
    },
  };
}

const shape: Law<RateSubject> = {
  name: "gives a finite factor above 0",
  check: (subject) => {
    for (const facts of SCHEDULED_RUNS)
      for (const factor of decisionsOf(start(subject, facts), 0, STEPS) as number[]) {
        expect(factor).toBeGreaterThan(0);
        expect(factor).toBeLessThan(Infinity);
      }
  },
};

const unknown: Law<RateSubject> = {
  name: "gives 1 before anything is known",
  check: (subject) => {
    for (const facts of SCHEDULED_RUNS) expect(start(subject, facts).ask(0)).toBe(1);
  },
};

/** What must be true of every rate. */
export const rateLaws: readonly Law<RateSubject>[] = [
  shape,
  unknown,
  ...decisionLaws((subject: RateSubject) => start(subject), {
    verb: "scales",
    needs: ["costs", "estimate", "loss"],
  }),
];

/**
 * Holds a rate to its contract, a test for each law: `describeRate(effectiveBatch())`. It sees tau swing between 1 and 8, and
 * losses of candidates that fall and once leave their range, in runs of different b, B and N, down to a single example.
 */
export function describeRate(
  part: Part<"rate">,
  { registry = new Registry([]) }: { readonly registry?: Registry } = {},
): void {
  describeLaws(`rate "${part.name}"`, rateLaws, { part, registry });
}
