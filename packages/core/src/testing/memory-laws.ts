import { expect } from "vitest";
import type { Law } from "./law.js";
import { COUNT, poolOf, rowsOf, startSampler, type SamplerSubject } from "./sampler-run.js";
import { toyProgress } from "./toy-pool.js";

/** Steps after which a sampler has long changed its ways, if time is all that it takes. */
const LATE = 100;
/** Longer than anything that a sampler may count in secret to no effect. */
const LONG = 120;
const COMPARED = 8;

const roundTrip: Law<SamplerSubject> = {
  name: "continues the same from a restored state, whatever it met before",
  check: (subject) => {
    // A pass over the dataset, and some: samplers may change their ways after the first.
    for (const steps of [2, 9, LATE]) {
      const run = startSampler(subject, 1);
      rowsOf(run, 0, steps);
      const saved = run.save();
      const continued = rowsOf(run, steps, COMPARED);
      const expectSame = (other: typeof run, what: string): void => {
        other.load(saved);
        const message = `after ${steps} steps, ${what}: all that later draws depend on must be in state()`;
        expect(rowsOf(other, steps, COMPARED), message).toEqual(continued);
      };
      expectSame(startSampler(subject, 2), "restored by a new sampler");
      const other = startSampler(subject, 2);
      rowsOf(other, 0, 5, { name: "other" });
      expectSame(other, "restored by one that has met other pools");
      if (steps < LATE) continue;
      rowsOf(run, steps + COMPARED, LONG, { name: "other" });
      expectSame(run, `taken back ${LONG} steps later`);
    }
  },
};

const copies: Law<SamplerSubject> = {
  name: "gives and takes its state as a copy, and refuses another version's",
  check: (subject) => {
    const run = startSampler(subject, 1);
    rowsOf(run, 0, 5);
    const state = run.sampler.state();
    const kept = structuredClone(state);
    rowsOf(run, 5, 5);
    expect(state, "state() must not change afterwards").toEqual(kept);
    run.sampler.restore(state);
    rowsOf(run, 10, 5);
    expect(state, "restore() must not keep what it is given").toEqual(kept);
    expect(() => run.sampler.restore({ version: -1 })).toThrow(
      expect.objectContaining({ code: "STATE_INCOMPATIBLE" }),
    );
  },
};

/** Draws from a pool, and from the same with its scores turned round, and tells whether that makes a difference. */
function heeds(subject: SamplerSubject, steps: number): boolean {
  const pool = poolOf(subject, 0);
  const turned = { ...pool, ...(pool.scores && { scores: pool.scores.toReversed() }) };
  const [one, other] = [pool, turned].map((each) => {
    const run = startSampler(subject, 5);
    rowsOf(run, 0, steps, { name: "other" });
    const draw = () => [...run.sampler.select(each, COUNT, toyProgress(steps)).rows];
    return Array.from({ length: COMPARED }, draw);
  });
  return JSON.stringify(one) !== JSON.stringify(other);
}

const presence: Law<SamplerSubject> = {
  name: "goes by the scores of the pool at hand, and not by those of an earlier one",
  applies: (subject) => startSampler(subject).sampler.scored && heeds(subject, 0),
  check: (subject) => {
    const message = "its draws must depend on pool.scores, as those of a new sampler do";
    expect(heeds(subject, 5), message).toBe(true);
  },
};

const thrift: Law<SamplerSubject> = {
  name: "reads scores only if it is `scored`, and only the signals that it names",
  check: (subject) => {
    const rows = rowsOf(startSampler(subject, 7), 0, 12);
    const message =
      "it must draw the same without pool.scores if `scored` is false, and without signals that it does not name in `reads` or `requires`";
    let bare: unknown;
    expect(
      () => (bare = rowsOf(startSampler(subject, 7), 0, 12, { bare: true })),
      message,
    ).not.toThrow();
    expect(bare, message).toEqual(rows);
  },
};

/** What must be true of what a sampler remembers, and of what it reads. */
export const memoryLaws: readonly Law<SamplerSubject>[] = [roundTrip, copies, presence, thrift];
