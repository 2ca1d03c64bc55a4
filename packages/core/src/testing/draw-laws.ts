import { expect } from "vitest";
import type { Pool } from "../contracts/pool.js";
import type { DrawLaw, Selection } from "../contracts/selection.js";
import type { Law } from "./law.js";
import { createMoments, expectMeans, STANDARD_ERRORS, type Moments } from "./moments.js";
import { COUNT, poolOf, rowsOf, startSampler, type SamplerSubject } from "./sampler-run.js";
import { toyProgress } from "./toy-pool.js";

const DRAWS = 10_000;

function claimsUnbiased({ part }: SamplerSubject): boolean {
  return part.definition.unbiased === true;
}

function hasLaw(subject: SamplerSubject): boolean {
  return startSampler(subject).sampler.law !== undefined;
}

/** Draws again and again from the same pool and state, and collects a number per row. */
function collect(
  subject: SamplerSubject,
  pool: Pool,
  add: (selection: Selection, values: Float64Array) => void,
): Moments {
  const size = pool.ids.length;
  const moments = createMoments(size);
  const { sampler } = startSampler(subject, "draws");
  const state = sampler.state();
  for (let draw = 0; draw < DRAWS; draw++) {
    sampler.restore(state);
    const values = new Float64Array(size);
    add(sampler.select(pool, COUNT, toyProgress(0)), values);
    moments.add(values);
  }
  return moments;
}

function add(values: Float64Array, row: number, value: number): void {
  values[row] = (values[row] as number) + value;
}

/** Adds planned / (population · expected) / planned for each time that a row is drawn. */
export function addCoefficients(selection: Selection, values: Float64Array): void {
  const { rows, expected, population } = selection;
  if (expected === undefined) expect.fail("an unbiased sampler must state `expected`");
  rows.forEach((row, at) => add(values, row, 1 / (population * (expected[at] as number))));
}

function lawOf(subject: SamplerSubject, pool: Pool): DrawLaw {
  const law = startSampler(subject, "draws").sampler.law?.(pool, COUNT, toyProgress(0));
  return law ?? expect.fail("the sampler has no law");
}

const unbiasedness: Law<SamplerSubject> = {
  name: "is unbiased: E[Σ of a row's coefficients] = 1/B for each row under the unbiased weighting",
  applies: claimsUnbiased,
  check: (subject) => {
    const pool = poolOf(subject, 0);
    const size = pool.ids.length;
    const moments = collect(subject, pool, addCoefficients);
    const means = new Float64Array(size).fill(1 / size);
    expectMeans(moments, { what: "the sum of coefficients", means });
  },
};

const expectation: Law<SamplerSubject> = {
  name: "states a law that sums to b, is that of its selections, and agrees with its draws",
  applies: hasLaw,
  check: (subject) => {
    const pool = poolOf(subject, 0);
    const size = pool.ids.length;
    const law = lawOf(subject, pool);
    expect(law.expected.length).toBe(size);
    expect(law.expected.reduce((sum, e) => sum + e, 0)).toBeCloseTo(COUNT, 9);
    let furthest = 0;
    const counts = collect(subject, pool, ({ rows, expected }, values) => {
      rows.forEach((row, at) => {
        add(values, row, 1);
        const stated = law.expected[row] as number;
        furthest = Math.max(furthest, Math.abs((expected?.[at] ?? stated) - stated));
      });
    });
    expect(furthest, "select() must state the expectations of law()").toBeLessThan(1e-9);
    expectMeans(counts, { what: "the number of draws", means: law.expected });
  },
};

const variance: Law<SamplerSubject> = {
  name: "states the variance of its draws (give or take e²/b, which draws of fixed size share)",
  applies: hasLaw,
  check: (subject) => {
    const pool = poolOf(subject, 0);
    const law = lawOf(subject, pool);
    const counts = collect(subject, pool, ({ rows }, values) => {
      for (const row of rows) add(values, row, 1);
    });
    law.expected.forEach((e, row) => {
      const stated = law.variance(e);
      const allowed = STANDARD_ERRORS * counts.varianceError(row) + 1e-9;
      const seen = counts.variance(row);
      const message = `Var[times drawn] of row ${row}, e = ${e}, is stated as ${stated}, but is ${seen}`;
      expect(seen, message).toBeLessThanOrEqual(stated + allowed);
      expect(seen, message).toBeGreaterThanOrEqual(stated - (e * e) / COUNT - allowed);
    });
  },
};

const lawIsPure: Law<SamplerSubject> = {
  name: "states its law without drawing or learning",
  applies: hasLaw,
  check: (subject) => {
    const asked = startSampler(subject, 4);
    const state = asked.sampler.state();
    for (let seed = 0; seed < 5; seed++)
      asked.sampler.law?.(poolOf(subject, seed), COUNT, toyProgress(0));
    expect(asked.sampler.state()).toEqual(state);
    expect(rowsOf(asked, 0, 8)).toEqual(rowsOf(startSampler(subject, 4), 0, 8));
  },
};

/** What must be true of how a sampler draws from a pool. */
export const drawLaws: readonly Law<SamplerSubject>[] = [
  unbiasedness,
  expectation,
  variance,
  lawIsPure,
];
