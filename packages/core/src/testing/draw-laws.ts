import { expect } from "vitest";
import { checkedLaw } from "../training/draws/draw-rows.js";
import { accountsOf } from "./draw-account.js";
import { edgePools } from "./edge-pools.js";
import type { Law } from "./law.js";
import { expectMeans, STANDARD_ERRORS } from "./moments.js";
import { COUNT, poolOf, rowsOf, startSampler, type SamplerSubject } from "./sampler-run.js";
import { toyProgress } from "./toy-pool.js";

function claimsUnbiased({ part }: SamplerSubject): boolean {
  return part.definition.unbiased === true;
}

function hasLaw(subject: SamplerSubject): boolean {
  return startSampler(subject).sampler.law !== undefined;
}

const unbiasedness: Law<SamplerSubject> = {
  name: "is unbiased: E[Σ of a row's coefficients] = 1/B for each row under the unbiased weighting",
  applies: claimsUnbiased,
  check: (subject) => {
    for (const { when, pool, coefficients } of accountsOf(subject)) {
      if (coefficients === undefined) return expect.fail("must state `expected` if unbiased");
      const means = new Float64Array(pool.ids.length).fill(1 / pool.ids.length);
      expectMeans(coefficients, { what: `${when}, the sum of coefficients`, means });
    }
  },
};

const expectation: Law<SamplerSubject> = {
  name: "states a law that sums to b, is that of its selections, and agrees with its draws",
  applies: hasLaw,
  check: (subject) => {
    for (const { when, pool, law, counts, furthest } of accountsOf(subject)) {
      if (law === undefined) return expect.fail(`${when}, there is no law`);
      expect(law.expected.length).toBe(pool.ids.length);
      expect(law.expected.reduce((sum, e) => sum + e, 0)).toBeCloseTo(COUNT, 9);
      const message = `${when}, select() must state the expectations of law()`;
      expect(furthest, message).toBeLessThan(1e-9);
      expectMeans(counts, { what: `${when}, the number of draws`, means: law.expected });
    }
  },
};

const variance: Law<SamplerSubject> = {
  name: "states the variance of its draws (give or take e²/b, which draws of fixed size share)",
  applies: hasLaw,
  check: (subject) => {
    for (const { when, law, counts } of accountsOf(subject)) {
      law?.expected.forEach((e, row) => {
        const stated = law.variance(e);
        const allowed = STANDARD_ERRORS * counts.varianceError(row) + 1e-9;
        const seen = counts.variance(row);
        const message = `${when}, Var[times drawn] of row ${row}, e = ${e}, is stated as ${stated}, but is ${seen}`;
        expect(seen, message).toBeLessThanOrEqual(stated + allowed);
        expect(seen, message).toBeGreaterThanOrEqual(stated - (e * e) / COUNT - allowed);
      });
    }
  },
};

const everyCount: Law<SamplerSubject> = {
  name: "states a law of any pool and for any count, fractions too, that sums to it",
  applies: hasLaw,
  check: (subject) => {
    for (const [name, pool, most] of edgePools(subject)) {
      for (const count of [most, (most * COUNT) / 16, most - 0.4, 0.3]) {
        const law = checkedLaw(startSampler(subject).sampler, subject.part.name);
        const message = `${name}, count = ${count}`;
        const stated = law?.(pool, count, toyProgress(0)) ?? expect.fail(message);
        const sum = stated.expected.reduce((all, e) => all + e, 0);
        // where every row that can be drawn is drawn for certain, there may be fewer of them than b
        if (!stated.expected.every((e) => e === 0 || e === 1))
          expect(Math.abs(sum - count), `${message}: must not sum to ${sum}`).toBeLessThan(1e-9);
        for (const e of stated.expected)
          expect(stated.variance(e), `${message}: the variance at e = ${e}`).toBeGreaterThanOrEqual(
            0,
          );
      }
    }
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

const lasting: Law<SamplerSubject> = {
  name: "draws the same from the same state, however much it has drawn before",
  applies: (subject) => claimsUnbiased(subject) || hasLaw(subject),
  check: (subject) => {
    for (const { when, counts, first, last } of accountsOf(subject))
      expect(last, `${when}, from the same state, ${counts.draws()} draws later`).toEqual(first);
  },
};

/** What must be true of how a sampler draws from a pool. */
export const drawLaws: readonly Law<SamplerSubject>[] = [
  unbiasedness,
  expectation,
  variance,
  everyCount,
  lawIsPure,
  lasting,
];
