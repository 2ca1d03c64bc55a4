import { expect } from "vitest";
import type { SchedulerFacts, StepDecision } from "../contracts/scheduler.js";
import type { Part } from "../plugin/part.js";
import { Registry } from "../plugin/registry.js";
import { decisionLaws, decisionsOf, STEPS, type DecisionRun } from "./decision-laws.js";
import { describeLaws } from "./describe-laws.js";
import type { Law } from "./law.js";
import { announceStep, expectSizes, SCHEDULED_RUNS, USUAL_RUN } from "./scheduler-run.js";
import { setUpPart } from "./set-up-part.js";
import { toyProgress } from "./toy-pool.js";

/** A scheduler under test. */
export interface SchedulerSubject {
  readonly part: Part<"scheduler">;
  readonly registry: Registry;
}

/** A scheduler at work in a made-up run whose tau rises and falls. */
function start(
  { part, registry }: SchedulerSubject,
  facts: SchedulerFacts = USUAL_RUN,
): DecisionRun {
  const { role: scheduler, events, cursor } = setUpPart(part, { registry });
  scheduler.bind?.(facts);
  return {
    role: scheduler,
    ask: (update) => ({ ...scheduler.decide(toyProgress(update)) }),
    step: (update, world = 0) => {
      cursor.step = update;
      const decision = scheduler.decide(toyProgress(update));
      const { importance, rate = 1, ...sizes } = decision;
      expect(rate).toBeGreaterThan(0);
      announceStep(events, { update, importance, rate, sizes, world }, facts);
      return { ...decision };
    },
  };
}

const shape: Law<SchedulerSubject> = {
  name: "decides true or false, on sizes of whole numbers, 1 ≤ b ≤ B ≤ N",
  check: (subject) => {
    for (const facts of SCHEDULED_RUNS) {
      for (const decision of decisionsOf(start(subject, facts), 0, STEPS) as StepDecision[]) {
        expect(decision.importance).toBeTypeOf("boolean");
        expectSizes(decision, facts);
      }
    }
  },
};

/** What must be true of every scheduler. */
export const schedulerLaws: readonly Law<SchedulerSubject>[] = [
  shape,
  ...decisionLaws((subject: SchedulerSubject) => start(subject), {
    verb: "decides",
    needs: ["costs", "estimate", "loss", "comparison"],
  }),
];

/**
 * Holds a whole scheduler to its contract, a test for each law: `describeScheduler(mine())`. It sees tau swing between
 * 1 and 8, with score(B) = step(b), in runs of different b, B and N, down to a single example.
 */
export function describeScheduler(
  part: Part<"scheduler">,
  { registry = new Registry([]) }: { readonly registry?: Registry } = {},
): void {
  describeLaws(`scheduler "${part.name}"`, schedulerLaws, { part, registry });
}
