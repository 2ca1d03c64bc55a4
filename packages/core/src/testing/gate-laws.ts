import { expect } from "vitest";
import type { Gate } from "../contracts/scheduler.js";
import type { State } from "../contracts/state.js";
import type { Part } from "../plugin/part.js";
import { Registry } from "../plugin/registry.js";
import { describeLaws } from "./describe-laws.js";
import type { Law } from "./law.js";
import { announceStep } from "./scheduler-run.js";
import { setUpPart } from "./set-up-part.js";
import { toyProgress } from "./toy-pool.js";
import { withoutGlobalRandomness } from "./without-global-randomness.js";

/** A gate under test. */
export interface GateSubject {
  readonly part: Part<"gate">;
  readonly registry: Registry;
}

/** A gate at work in a made-up run of b = 32, B = 160, whose tau rises and falls. */
interface GateRun {
  readonly gate: Gate;
  /** Makes one step as a trainer would: decide, then emit what it listens to. */
  readonly step: (update: number, world?: number) => boolean;
}

const BATCH = 32;
const SIZES = { candidates: 5 * BATCH, count: BATCH };
const STEPS = 300;

function start({ part, registry }: GateSubject): GateRun {
  const { role: gate, events, cursor } = setUpPart(part, { registry });
  const facts = { batchSize: BATCH, presample: 5 * BATCH, size: 50 * BATCH, estimated: true };
  gate.bind?.({ ...facts, sizes: SIZES });
  return {
    gate,
    step: (update, world = 0) => {
      cursor.step = update;
      const importance = gate.decide(toyProgress(update));
      announceStep(events, { update, importance, sizes: SIZES, world }, facts);
      return importance;
    },
  };
}

function decisions(run: GateRun, from: number, count: number, world = 0): boolean[] {
  return Array.from({ length: count }, (_, at) => run.step(from + at, world));
}

const shape: Law<GateSubject> = {
  name: "decides true or false, and gives its figures as plain data",
  check: (subject) => {
    const run = start(subject);
    for (const decision of decisions(run, 0, STEPS)) expect(decision).toBeTypeOf("boolean");
    const figures = run.gate.figures();
    expect(structuredClone(figures)).toEqual(figures);
  },
};

const declaration: Law<GateSubject> = {
  name: "requires nothing but costs and the estimate",
  check: (subject) => {
    for (const need of start(subject).gate.requires) expect(["costs", "estimate"]).toContain(need);
  },
};

const purity: Law<GateSubject> = {
  name: "decides the same when asked twice, and figures change nothing",
  check: (subject) => {
    const [asked, other] = [start(subject), start(subject)];
    for (let update = 0; update < STEPS; update++) {
      const first = asked.gate.decide(toyProgress(update));
      asked.gate.figures();
      expect(asked.gate.decide(toyProgress(update))).toBe(first);
      expect(asked.step(update)).toBe(first);
      expect(other.step(update)).toBe(first);
    }
  },
};

const roundTrip: Law<GateSubject> = {
  name: "continues the same from a restored state, whatever it heard before",
  check: (subject) => {
    for (const steps of [5, 50, 133, 210]) {
      const run = start(subject);
      decisions(run, 0, steps);
      const state: State = structuredClone(run.gate.state());
      const continued = decisions(run, steps, STEPS);
      const expectSame = (other: typeof run, what: string): void => {
        other.gate.restore(state);
        const message = `after ${steps} steps, ${what}: all that it goes by must be in state()`;
        expect(decisions(other, steps, STEPS), message).toEqual(continued);
      };
      expectSame(start(subject), "restored by a new one");
      const other = start(subject);
      decisions(other, 0, 90, 1);
      expectSame(other, "restored by one that has heard other figures");
      decisions(run, steps + STEPS, STEPS, 1);
      expectSame(run, `taken back ${2 * STEPS} steps later`);
    }
  },
};

const copies: Law<GateSubject> = {
  name: "gives its state as a copy, and refuses another version's",
  check: (subject) => {
    const run = start(subject);
    decisions(run, 0, 50);
    const state = run.gate.state();
    const kept = structuredClone(state);
    run.gate.restore(state);
    decisions(run, 50, 100);
    expect(state).toEqual(kept);
    expect(() => run.gate.restore({ version: -1 })).toThrow(
      expect.objectContaining({ code: "STATE_INCOMPATIBLE" }),
    );
  },
};

const globals: Law<GateSubject> = {
  name: "draws no global randomness",
  check: (subject) => withoutGlobalRandomness(() => decisions(start(subject), 0, STEPS)),
};

/** What must be true of every gate. */
export const gateLaws: readonly Law<GateSubject>[] = [
  shape,
  declaration,
  purity,
  roundTrip,
  copies,
  globals,
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
