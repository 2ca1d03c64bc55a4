import { expect } from "vitest";
import type { SchedulerFacts, Sizer, Sizes } from "../contracts/scheduler.js";
import type { State } from "../contracts/state.js";
import type { Part } from "../plugin/part.js";
import { Registry } from "../plugin/registry.js";
import { describeLaws } from "./describe-laws.js";
import type { Law } from "./law.js";
import { announceStep } from "./scheduler-run.js";
import { setUpPart } from "./set-up-part.js";
import { toyProgress } from "./toy-pool.js";
import { withoutGlobalRandomness } from "./without-global-randomness.js";

/** A sizer under test. */
export interface SizerSubject {
  readonly part: Part<"sizer">;
  readonly registry: Registry;
}

/** A sizer at work in a made-up run whose tau rises and falls. */
interface SizerRun {
  readonly sizer: Sizer;
  /** Makes one step as a trainer would: ask for sizes, then emit what it listens to. */
  readonly step: (update: number, world?: number) => Sizes;
}

const STEPS = 300;
const USUAL = { batchSize: 32, presample: 160, size: 1600, estimated: true };
/** Small and odd runs besides the usual one, down to a dataset that is one pool, one batch, one example. */
const RUNS: readonly SchedulerFacts[] = [
  USUAL,
  { ...USUAL, size: 160 },
  { ...USUAL, presample: 32, size: 32 },
  { batchSize: 3, presample: 7, size: 11, estimated: true },
  { batchSize: 1, presample: 1, size: 1, estimated: true },
];

function start({ part, registry }: SizerSubject, facts: SchedulerFacts = USUAL): SizerRun {
  const { role: sizer, events, cursor } = setUpPart(part, { registry });
  sizer.bind?.(facts);
  return {
    sizer,
    step: (update, world = 0) => {
      cursor.step = update;
      const sizes = sizer.size(toyProgress(update));
      announceStep(events, { update, importance: update % 3 === 0, sizes, world }, facts);
      return { ...sizes };
    },
  };
}

function sizesOf(run: SizerRun, from: number, count: number, world = 0): Sizes[] {
  return Array.from({ length: count }, (_, at) => run.step(from + at, world));
}

const bounds: Law<SizerSubject> = {
  name: "gives whole numbers, 1 ≤ b ≤ B ≤ N",
  check: (subject) => {
    for (const facts of RUNS) {
      for (const { candidates, count } of sizesOf(start(subject, facts), 0, STEPS)) {
        const message = `b = ${count}, B = ${candidates} of N = ${facts.size}`;
        expect(Number.isInteger(candidates) && Number.isInteger(count), message).toBe(true);
        expect(count, message).toBeGreaterThanOrEqual(1);
        expect(count, message).toBeLessThanOrEqual(candidates);
        expect(candidates, message).toBeLessThanOrEqual(facts.size);
      }
    }
  },
};

const declaration: Law<SizerSubject> = {
  name: "requires nothing but costs and the estimate, and figures are plain data",
  check: (subject) => {
    const run = start(subject);
    for (const need of run.sizer.requires) expect(["costs", "estimate"]).toContain(need);
    sizesOf(run, 0, STEPS);
    const figures = run.sizer.figures();
    expect(structuredClone(figures)).toEqual(figures);
  },
};

const steadiness: Law<SizerSubject> = {
  name: "keeps its sizes if it says that it is steady",
  applies: (subject) => start(subject).sizer.steady === true,
  check: (subject) => {
    const sizes = sizesOf(start(subject), 0, STEPS);
    for (const each of sizes) expect(each).toEqual(sizes[0]);
  },
};

const purity: Law<SizerSubject> = {
  name: "sizes the same when asked twice, and figures change nothing",
  check: (subject) => {
    const [asked, other] = [start(subject), start(subject)];
    for (let update = 0; update < STEPS; update++) {
      const first = { ...asked.sizer.size(toyProgress(update)) };
      asked.sizer.figures();
      expect(asked.sizer.size(toyProgress(update))).toEqual(first);
      asked.step(update);
      expect(other.step(update)).toEqual(first);
    }
  },
};

const determinism: Law<SizerSubject> = {
  name: "repeats itself on the same events",
  check: (subject) => {
    const once = sizesOf(start(subject), 0, STEPS);
    expect(sizesOf(start(subject), 0, STEPS)).toEqual(once);
  },
};

const roundTrip: Law<SizerSubject> = {
  name: "continues the same from a restored state, whatever it heard before",
  check: (subject) => {
    for (const steps of [5, 50, 133, 210]) {
      const run = start(subject);
      sizesOf(run, 0, steps);
      const state: State = structuredClone(run.sizer.state());
      const continued = sizesOf(run, steps, STEPS);
      const expectSame = (other: typeof run, what: string): void => {
        other.sizer.restore(state);
        const message = `after ${steps} steps, ${what}: all that it goes by must be in state()`;
        expect(sizesOf(other, steps, STEPS), message).toEqual(continued);
      };
      expectSame(start(subject), "restored by a new one");
      const other = start(subject);
      sizesOf(other, 0, 90, 1);
      expectSame(other, "restored by one that has heard other figures");
      sizesOf(run, steps + STEPS, STEPS, 1);
      expectSame(run, `taken back ${2 * STEPS} steps later`);
    }
  },
};

const copies: Law<SizerSubject> = {
  name: "gives its state as a copy, and refuses another version's",
  check: (subject) => {
    const run = start(subject);
    sizesOf(run, 0, 50);
    const state = run.sizer.state();
    const kept = structuredClone(state);
    run.sizer.restore(state);
    sizesOf(run, 50, 100);
    expect(state).toEqual(kept);
    expect(() => run.sizer.restore({ version: -1 })).toThrow(
      expect.objectContaining({ code: "STATE_INCOMPATIBLE" }),
    );
  },
};

const globals: Law<SizerSubject> = {
  name: "draws no global randomness",
  check: (subject) => withoutGlobalRandomness(() => sizesOf(start(subject), 0, STEPS)),
};

/** What must be true of every sizer. */
export const sizerLaws: readonly Law<SizerSubject>[] = [
  bounds,
  declaration,
  steadiness,
  purity,
  determinism,
  roundTrip,
  copies,
  globals,
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
