import { expect } from "vitest";
import type { Part } from "../plugin/part.js";
import { Registry } from "../plugin/registry.js";
import { decisionLaws, decisionsOf, STEPS, type DecisionRun } from "./decision-laws.js";
import { describeLaws } from "./describe-laws.js";
import type { Law } from "./law.js";
import { announceStep, USUAL_RUN } from "./scheduler-run.js";
import { setUpPart } from "./set-up-part.js";
import { toyProgress } from "./toy-pool.js";

/** A gate under test. */
export interface GateSubject {
  readonly part: Part<"gate">;
  readonly registry: Registry;
}

const SIZES = { candidates: USUAL_RUN.presample, count: USUAL_RUN.batchSize };

/** A gate at work in a made-up run of b = 32, B = 160, whose tau rises and falls. */
function start({ part, registry }: GateSubject): DecisionRun {
  const { role: gate, events, cursor } = setUpPart(part, { registry });
  gate.bind?.({ ...USUAL_RUN, sizes: SIZES });
  return {
    role: gate,
    ask: (update) => gate.decide(toyProgress(update)),
    step: (update, world = 0) => {
      cursor.step = update;
      const importance = gate.decide(toyProgress(update));
      announceStep(events, { update, importance, sizes: SIZES, world }, USUAL_RUN);
      return importance;
    },
  };
}

const shape: Law<GateSubject> = {
  name: "decides true or false",
  check: (subject) => {
    for (const decision of decisionsOf(start(subject), 0, STEPS))
      expect(decision).toBeTypeOf("boolean");
  },
};

/** What must be true of every gate. */
export const gateLaws: readonly Law<GateSubject>[] = [
  shape,
  ...decisionLaws(start, { verb: "decides", needs: ["costs", "estimate"] }),
];

/**
 * Holds a gate to its contract, a test for each law: `describeGate(tau())`. It is bound to b = 32, B = 160, and
 * sees tau swing between 1 and 8, with score(B) = step(b).
 */
export function describeGate(
  part: Part<"gate">,
  { registry = new Registry([]) }: { readonly registry?: Registry } = {},
): void {
  describeLaws(`gate "${part.name}"`, gateLaws, { part, registry });
}
