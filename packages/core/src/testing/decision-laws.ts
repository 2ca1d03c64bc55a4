import { expect } from "vitest";
import type { State, Stateful } from "../contracts/state.js";
import type { Law } from "./law.js";
import { withoutGlobalRandomness } from "./without-global-randomness.js";

/** What decides on steps, at work in a made-up run. */
export interface DecisionRun {
  readonly role: Stateful & {
    readonly requires: readonly string[];
    readonly figures: () => unknown;
  };
  /** Asks for the decision on a step, and changes nothing. */
  readonly ask: (update: number) => unknown;
  /** Makes one step as a trainer would: asks, then emits what is listened to. */
  readonly step: (update: number, world?: number) => unknown;
}

/** Steps of a made-up run. */
export const STEPS = 300;

/** Makes `count` steps from update `from` on, and returns the decisions. */
export function decisionsOf(run: DecisionRun, from: number, count: number, world = 0): unknown[] {
  return Array.from({ length: count }, (_, at) => run.step(from + at, world));
}

function expectRestored<S>(start: (subject: S) => DecisionRun, subject: S, steps: number): void {
  const run = start(subject);
  decisionsOf(run, 0, steps);
  const state: State = structuredClone(run.role.state());
  const continued = decisionsOf(run, steps, STEPS);
  const expectSame = (other: DecisionRun, what: string): void => {
    other.role.restore(state);
    const message = `after ${steps} steps, ${what}: all that it goes by must be in state()`;
    expect(decisionsOf(other, steps, STEPS), message).toEqual(continued);
  };
  expectSame(start(subject), "restored by a new one");
  const other = start(subject);
  decisionsOf(other, 0, 90, 1);
  expectSame(other, "restored by one that has heard other figures");
  decisionsOf(run, steps + STEPS, STEPS, 1);
  expectSame(run, `taken back ${2 * STEPS} steps later`);
}

/** What must be true of gates, sizers, rates and schedulers alike. `verb`: what they do; `needs`: what they may ask of the trainer. */
export function decisionLaws<S>(
  start: (subject: S) => DecisionRun,
  { verb, needs }: { readonly verb: string; readonly needs: readonly string[] },
): readonly Law<S>[] {
  return [
    {
      name: `requires nothing but ${needs.join(", ").replace(/, ([^,]*)$/, " and $1")}, and figures are plain data`,
      check: (subject) => {
        const run = start(subject);
        for (const need of run.role.requires) expect(needs).toContain(need);
        decisionsOf(run, 0, STEPS);
        const figures = run.role.figures();
        expect(structuredClone(figures)).toEqual(figures);
      },
    },
    {
      name: `${verb} by no estimates and costs that its definition does not require`,
      applies: (subject) => {
        const { requires } = start(subject).role;
        return !["estimate", "costs", "loss"].some((need) => requires.includes(need));
      },
      check: (subject) => {
        const decisions = decisionsOf(start(subject), 0, STEPS);
        const others = decisionsOf(start(subject), 0, STEPS, 1);
        expect(others, "where taus and costs are others").toEqual(decisions);
      },
    },
    {
      name: `${verb} the same when asked twice, and figures change nothing`,
      check: (subject) => {
        const [asked, other] = [start(subject), start(subject)];
        for (let update = 0; update < STEPS; update++) {
          const first = structuredClone(asked.ask(update));
          asked.role.figures();
          expect(asked.ask(update)).toEqual(first);
          expect(asked.step(update)).toEqual(first);
          expect(other.step(update)).toEqual(first);
        }
      },
    },
    {
      name: "repeats itself on the same events",
      check: (subject) => {
        const once = decisionsOf(start(subject), 0, STEPS);
        expect(decisionsOf(start(subject), 0, STEPS)).toEqual(once);
      },
    },
    {
      name: "continues the same from a restored state, whatever it heard before",
      check: (subject) => {
        for (const steps of [5, 50, 133, 210]) expectRestored(start, subject, steps);
      },
    },
    {
      name: "gives its state as a copy, and refuses another version's",
      check: (subject) => {
        const run = start(subject);
        decisionsOf(run, 0, 50);
        const state = run.role.state();
        const kept = structuredClone(state);
        run.role.restore(state);
        decisionsOf(run, 50, 100);
        expect(state).toEqual(kept);
        expect(() => run.role.restore({ version: -1 })).toThrow(
          expect.objectContaining({ code: "STATE_INCOMPATIBLE" }),
        );
      },
    },
    {
      name: "draws no global randomness",
      check: (subject) => withoutGlobalRandomness(() => decisionsOf(start(subject), 0, STEPS)),
    },
  ];
}
