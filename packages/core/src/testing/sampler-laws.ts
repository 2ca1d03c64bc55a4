import { expect } from "vitest";
import type { Part } from "../plugin/part.js";
import { Registry } from "../plugin/registry.js";
import { checkSelection } from "../training/draws/draw-rows.js";
import { describeLaws } from "./describe-laws.js";
import { drawLaws } from "./draw-laws.js";
import { edgePools } from "./edge-pools.js";
import type { Law } from "./law.js";
import { memoryLaws } from "./memory-laws.js";
import { proposalLaws } from "./proposal-laws.js";
import {
  COUNT,
  poolOf,
  rowsOf,
  signalsOf,
  startSampler,
  type SamplerSubject,
} from "./sampler-run.js";
import { toyPool, toyProgress } from "./toy-pool.js";
import { withoutGlobalRandomness } from "./without-global-randomness.js";

const validity: Law<SamplerSubject> = {
  name: "draws rows of any pool: scores all 0, equal, huge, tiny, one candidate, b = B",
  check: (subject) => {
    for (const [name, pool, count] of edgePools(subject)) {
      const { sampler } = startSampler(subject);
      const size = pool.ids.length;
      const selection = sampler.select(pool, count, toyProgress(0));
      expect(() => checkSelection(selection, size), name).not.toThrow();
      expect(selection.population, name).toBeGreaterThan(0);
    }
  },
};

const groups: Law<SamplerSubject> = {
  name: "draws groups of its arity, of distinct examples, and none where there is nothing to draw",
  applies: ({ part, registry }) => part.facts(registry.factsOf).arity > 1,
  check: (subject) => {
    const run = startSampler(subject);
    const { arity } = run.sampler;
    let drawn = 0;
    for (let update = 0; update < 12; update++) {
      const { rows, arity: stated } = run.step(update);
      expect(stated).toBe(arity);
      for (let at = 0; at < rows.length; at += arity)
        expect(new Set(rows.subarray(at, at + arity)).size).toBe(arity);
      drawn += rows.length / arity;
    }
    expect(drawn, "groups of 12 steps").toBeGreaterThan(0);
    const lone = toyPool({ size: 1, signals: signalsOf(subject) });
    expect(run.sampler.select(lone, 1, toyProgress(12)).rows.length).toBe(0);
  },
};

const evenness: Law<SamplerSubject> = {
  name: "draws uniformly where all scores are 0, or equal",
  applies: ({ part }) => part.definition.unbiased === true,
  check: (subject) => {
    for (const score of [0, 2]) {
      const { sampler } = startSampler(subject);
      const pool = toyPool({ size: 8, scores: Array<number>(8).fill(score) });
      const law = sampler.law?.(pool, 3, toyProgress(0));
      for (const expected of law?.expected ?? []) expect(expected).toBeCloseTo(3 / 8, 9);
    }
  },
};

const determinism: Law<SamplerSubject> = {
  name: "repeats itself under the same seed",
  check: (subject) => {
    const rows = rowsOf(startSampler(subject, 7), 0, 12);
    expect(rowsOf(startSampler(subject, 7), 0, 12)).toEqual(rows);
  },
};

const seeds: Law<SamplerSubject> = {
  name: "draws differently under another seed",
  applies: ({ part }) => part.definition.unbiased === true,
  check: (subject) => {
    const rows = rowsOf(startSampler(subject, 7), 0, 12);
    expect(rowsOf(startSampler(subject, 8), 0, 12)).not.toEqual(rows);
  },
};

const purity: Law<SamplerSubject> = {
  name: "leaves the pool as it is",
  check: (subject) => {
    const { sampler } = startSampler(subject);
    const pool = poolOf(subject, 3);
    const kept = structuredClone(pool);
    sampler.law?.(pool, COUNT, toyProgress(0));
    sampler.select(pool, COUNT, toyProgress(0));
    expect(pool).toEqual(kept);
  },
};

const globals: Law<SamplerSubject> = {
  name: "draws no global randomness",
  check: (subject) => withoutGlobalRandomness(() => rowsOf(startSampler(subject), 0, 12)),
};

/** What must be true of every sampler; those that claim `unbiased` are held to it. */
export const samplerLaws: readonly Law<SamplerSubject>[] = [
  validity,
  groups,
  evenness,
  determinism,
  seeds,
  purity,
  globals,
  ...memoryLaws,
  ...drawLaws,
  ...proposalLaws,
];

/** How the laws are put to a sampler. */
export interface SamplerSuiteOptions {
  /** Knows the parts that the sampler's options name; default: none. */
  readonly registry?: Registry;
  /** n, the draws from each pool that the statistical laws go by; default 10,000, and no less. */
  readonly draws?: number;
}

/**
 * Holds a sampler to its contract, a test for each law: `describeSampler(proportional())`.
 *
 * What the statistical laws find: of a row that is drawn e times in expectation, give or take σ = √Var[times drawn],
 * a relative bias δ of its coefficients, or of the e that is stated, is found with probability
 * Φ(δ e √n / σ − 5.5): one of **δ = (5.5 + z) σ / (e √n)** with probability Φ(z), 99.9 % for z = 3. By chance an
 * honest row fails once in 26 million. Five rows are drawn of 16, once from a new sampler and once from a used one; under
 * independent draws, σ² = e (1 − e / 5), the default n of 10,000 finds 4.3 % at the row that scores most (e = 2.18) and
 * 39 % at the one that scores least (e = 0.05). `describeSampler(part, { draws: 200_000 })` finds 1 % and 9 %: a quarter
 * of δ takes 16 times the draws. Proposals are drawn n times, and through the first pass by n / 5 samplers.
 */
export function describeSampler(part: Part<"sampler">, options: SamplerSuiteOptions = {}): void {
  const { registry = new Registry([]), draws } = options;
  const subject: SamplerSubject = { part, registry, ...(draws !== undefined && { draws }) };
  // a millisecond a draw is ample, and the laws of draws share theirs
  describeLaws(`sampler "${part.name}"`, samplerLaws, subject, draws);
}
