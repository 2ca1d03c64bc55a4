import { expect } from "vitest";
import type { SchedulerFacts, Sizer, Sizes } from "../contracts/scheduler.js";
import type { Part } from "../plugin/part.js";
import { Registry } from "../plugin/registry.js";
import { decisionLaws, decisionsOf, STEPS, type DecisionRun } from "./decision-laws.js";
import { describeLaws } from "./describe-laws.js";
import type { Law } from "./law.js";
import { announceStep, expectSizes, SCHEDULED_RUNS, USUAL_RUN } from "./scheduler-run.js";
import { setUpPart } from "./set-up-part.js";
import { toyProgress } from "./toy-pool.js";

/** A sizer under test. */
export interface SizerSubject {
  readonly part: Part<"sizer">;
  readonly registry: Registry;
}

/** A sizer at work in a made-up run whose tau rises and falls. */
function start(
  { part, registry }: SizerSubject,
  facts: SchedulerFacts = USUAL_RUN,
): DecisionRun & { readonly role: Sizer } {
  const { role: sizer, events, cursor } = setUpPart(part, { registry });
  sizer.bind?.(facts);
  return {
    role: sizer,
    ask: (update) => ({ ...sizer.size(toyProgress(update)) }),
    step: (update, world = 0) => {
      cursor.step = update;
      const sizes = sizer.size(toyProgress(update));
      announceStep(events, { update, importance: update % 3 === 0, sizes, world }, facts);
      return { ...sizes };
    },
  };
}

const bounds: Law<SizerSubject> = {
  name: "gives whole numbers, 1 ≤ b ≤ B ≤ N",
  check: (subject) => {
    for (const facts of SCHEDULED_RUNS)
      for (const sizes of decisionsOf(start(subject, facts), 0, STEPS) as Sizes[])
        expectSizes(sizes, facts);
  },
};

const steadiness: Law<SizerSubject> = {
  name: "keeps its sizes if it says that it is steady",
  applies: ({ part, registry }) => part.facts(registry.factsOf).steady,
  check: (subject) => {
    const sizes = decisionsOf(start(subject), 0, STEPS);
    for (const each of sizes) expect(each).toEqual(sizes[0]);
  },
};

/** What must be true of every sizer. */
export const sizerLaws: readonly Law<SizerSubject>[] = [
  bounds,
  steadiness,
  ...decisionLaws((subject: SizerSubject) => start(subject), {
    verb: "sizes",
    needs: ["costs", "estimate"],
  }),
];

/**
 * Holds a sizer to its contract, a test for each law: `describeSizer(constantTime())`. It sees tau swing between
 * 1 and 8, with score(B) = step(b), in runs of different b, B and N, down to a single example.
 */
export function describeSizer(
  part: Part<"sizer">,
  { registry = new Registry([]) }: { readonly registry?: Registry } = {},
): void {
  describeLaws(`sizer "${part.name}"`, sizerLaws, { part, registry });
}
