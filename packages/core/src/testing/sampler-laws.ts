import { expect } from "vitest";
import type { Pool } from "../contracts/pool.js";
import type { Part } from "../plugin/part.js";
import { Registry } from "../plugin/registry.js";
import { checkSelection } from "../training/draw-rows.js";
import { describeLaws } from "./describe-laws.js";
import { drawLaws } from "./draw-laws.js";
import type { Law } from "./law.js";
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

/** Names pools at the edge of what may come, with the count to draw. */
function edgePools(subject: SamplerSubject): readonly (readonly [string, Pool, number])[] {
  const signals = signalsOf(subject);
  const of = (scores: readonly number[]): Pool => toyPool({ size: scores.length, scores, signals });
  const constant = (score: number, size = 8): number[] => Array<number>(size).fill(score);
  return [
    ["all scores 0", of(constant(0)), 3],
    ["equal scores", of(constant(2)), 3],
    ["equal scores, b = B", of(constant(2)), 8],
    ["uneven scores, b = B", of([1, 2, 3, 4, 5, 6, 7, 800]), 8],
    ["one score above 0", of([0, 0, 0, 5, 0, 0, 0, 0]), 3],
    ["one candidate", of([3]), 1],
    ["one candidate that scores 0", of([0]), 1],
    ["the largest floats", of(constant(3e38)), 3],
    ["the smallest floats", of(constant(1e-45)), 3],
    ["floats of every size", of([1e-45, 1e-30, 1e-10, 1, 1e10, 1e20, 1e30, 3e38]), 3],
  ];
}

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
  applies: (subject) => startSampler(subject).sampler.arity !== undefined,
  check: (subject) => {
    const run = startSampler(subject);
    const { arity = 1 } = run.sampler;
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

const roundTrip: Law<SamplerSubject> = {
  name: "continues the same from a restored state",
  check: (subject) => {
    // A pass over the dataset, and some: samplers may change their ways after the first.
    for (const steps of [2, 9]) {
      const run = startSampler(subject, 1);
      rowsOf(run, 0, steps);
      const saved = run.save();
      const continued = rowsOf(run, steps, 8);
      const other = startSampler(subject, 2);
      rowsOf(other, 0, 5);
      other.load(saved);
      expect(rowsOf(other, steps, 8), `after ${steps} steps`).toEqual(continued);
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
  roundTrip,
  copies,
  purity,
  globals,
  ...drawLaws,
  ...proposalLaws,
];

/**
 * Holds a sampler to its contract, a test for each law: `describeSampler(proportional())`.
 * @param registry knows the parts that the sampler's options name
 */
export function describeSampler(
  part: Part<"sampler">,
  { registry = new Registry([]) }: { readonly registry?: Registry } = {},
): void {
  describeLaws(`sampler "${part.name}"`, samplerLaws, { part, registry });
}
