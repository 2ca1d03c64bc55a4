import { expect } from "vitest";
import type { Pool } from "../contracts/pool.js";
import type { Scorer } from "../contracts/scorer.js";
import type { Signals } from "../contracts/signals.js";
import type { Part } from "../plugin/part.js";
import { Registry } from "../plugin/registry.js";
import { describeLaws } from "./describe-laws.js";
import { expectRemembers } from "./expect-remembers.js";
import type { Law } from "./law.js";
import { setUpPart } from "./set-up-part.js";
import { toyPool } from "./toy-pool.js";
import { withoutGlobalRandomness } from "./without-global-randomness.js";

/** A scorer under test. */
export interface ScorerSubject {
  readonly part: Part<"scorer">;
  readonly registry: Registry;
  /** Makes the required signals of B candidates, where they are not one number ≥ 0 each. */
  readonly signals?: (size: number) => Signals;
}

function start({ part, registry }: ScorerSubject): Scorer {
  return setUpPart(part, { registry }).role;
}

/** Pools scored between two that must be scored alike. */
const OTHERS = 150;

function poolFor(subject: ScorerSubject, size = 16, seed = 0): Pool {
  const pool = toyPool({ size, scores: null, signals: start(subject).requires, seed });
  return { ...pool, signals: { ...pool.signals, ...subject.signals?.(size) } };
}

function withRequired(
  subject: ScorerSubject,
  pool: Pool,
  change: (values: Float32Array, name: string) => Float32Array,
): Pool {
  const { requires } = start(subject);
  const changed = requires.map((name) => [name, change(pool.signals[name] ?? expect.fail(), name)]);
  return { ...pool, signals: { ...pool.signals, ...(Object.fromEntries(changed) as Signals) } };
}

const shape: Law<ScorerSubject> = {
  name: "gives every candidate one finite score ≥ 0",
  check: (subject) => {
    for (const size of [16, 1]) {
      const pool = poolFor(subject, size);
      const zeros = withRequired(subject, pool, (values) => new Float32Array(values.length));
      for (const each of subject.signals === undefined ? [pool, zeros] : [pool]) {
        const scores = start(subject).score(each);
        expect(scores).toBeInstanceOf(Float32Array);
        expect(scores.length).toBe(size);
        expect(scores.every((score) => Number.isFinite(score) && score >= 0)).toBe(true);
      }
    }
  },
};

const selfishness: Law<ScorerSubject> = {
  name: "reads only the signals that its definition says it requires",
  check: (subject) => {
    const pool = poolFor(subject);
    const { requires } = start(subject);
    const required = requires.map((name) => [name, pool.signals[name]] as const);
    const bare = { ...pool, signals: Object.fromEntries(required) as Signals };
    expect(start(subject).score(bare)).toEqual(start(subject).score(pool));
  },
};

const ownership: Law<ScorerSubject> = {
  name: "leaves the pool as it is, and gives scores that the caller may change",
  check: (subject) => {
    const scorer = start(subject);
    const pool = poolFor(subject);
    const kept = structuredClone(pool);
    const scores = scorer.score(pool);
    const first = scores.slice();
    scores.fill(-1);
    expect(pool).toEqual(kept);
    expect(start(subject).score(pool)).toEqual(first);
  },
};

const honesty: Law<ScorerSubject> = {
  name: "does not hide a signal that is not a number: the score is none either",
  applies: ({ part, registry }) => part.facts(registry.factsOf).requires.length > 0,
  check: (subject) => {
    const pool = poolFor(subject);
    const size = pool.ids.length;
    for (const bad of [NaN, Infinity]) {
      const spoilt = withRequired(subject, pool, (values) => {
        const width = values.length / size;
        return values.slice().fill(bad, 5 * width, 6 * width);
      });
      const score = start(subject).score(spoilt)[5];
      expect(Number.isFinite(score), `a signal of ${bad} must not become a score of ${score}`).toBe(
        false,
      );
    }
  },
};

const memory: Law<ScorerSubject> = {
  name: "scores a pool the same whatever it has scored before, but for what is in its state",
  check: (subject) =>
    expectRemembers({
      start: () => setUpPart(subject.part, subject),
      act: (scorer) => scorer.score(poolFor(subject)),
      others: (scorer) => {
        for (let seed = 1; seed <= OTHERS; seed++)
          scorer.score(poolFor(subject, 1 + (seed % 20), seed));
      },
    }),
};

const globals: Law<ScorerSubject> = {
  name: "draws no global randomness",
  check: (subject) => withoutGlobalRandomness(() => start(subject).score(poolFor(subject))),
};

/** What must be true of every scorer. */
export const scorerLaws: readonly Law<ScorerSubject>[] = [
  shape,
  selfishness,
  ownership,
  honesty,
  memory,
  globals,
];

/** Holds a scorer to its contract, a test for each law: `describeScorer(upperBound())`. */
export function describeScorer(
  part: Part<"scorer">,
  options: Partial<Omit<ScorerSubject, "part">> = {},
): void {
  const subject = { part, registry: new Registry([]), ...options };
  describeLaws(`scorer "${part.name}"`, scorerLaws, subject);
}
