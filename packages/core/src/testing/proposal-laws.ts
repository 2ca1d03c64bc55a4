import { expect } from "vitest";
import { checkSelection } from "../training/draws/draw-rows.js";
import { addCoefficients, drawsOf } from "./draw-account.js";
import type { Law } from "./law.js";
import { createMoments, expectMeans } from "./moments.js";
import { COUNT, POPULATION, rowsOf, startSampler, type SamplerSubject } from "./sampler-run.js";
import { toyProgress } from "./toy-pool.js";

/** Draws for each new sampler that is followed through its first pass. */
const DRAWS_PER_FRESH = 5;
/** Three passes over the dataset: by then every example has been seen. */
const STEPS = Math.ceil((3 * POPULATION) / COUNT);
const UNIFORM = {
  what: "the sum of coefficients",
  means: new Float64Array(POPULATION).fill(1 / POPULATION),
};

function proposes({ part, registry }: SamplerSubject): boolean {
  return part.facts(registry.factsOf).proposes;
}

function proposesUnbiased(subject: SamplerSubject): boolean {
  return subject.part.definition.unbiased === true && proposes(subject);
}

const validity: Law<SamplerSubject> = {
  name: "proposes ids of the dataset, at most as many as asked for",
  applies: proposes,
  check: (subject) => {
    const run = startSampler(subject);
    for (let update = 0; update < STEPS; update++) {
      const proposal = run.sampler.propose?.(COUNT, toyProgress(update));
      if (proposal === undefined) return expect.fail("propose() must return a selection");
      checkSelection(proposal, POPULATION);
      expect(proposal.rows.length).toBeLessThanOrEqual(COUNT);
      expect(proposal.population).toBe(POPULATION);
      expect(proposal.planned, "a shorter proposal is a smaller batch").toBe(proposal.rows.length);
      run.step(update);
    }
  },
};

const unbiasedLater: Law<SamplerSubject> = {
  name: "proposes without bias once it has observed: E[Σ of an id's coefficients] = 1/N",
  applies: proposesUnbiased,
  check: (subject) => {
    const run = startSampler(subject, "proposals");
    rowsOf(run, 0, STEPS);
    const state = run.sampler.state();
    const moments = createMoments(POPULATION);
    for (let draw = 0; draw < drawsOf(subject); draw++) {
      run.sampler.restore(state);
      const values = new Float64Array(POPULATION);
      const proposal = run.sampler.propose?.(COUNT, toyProgress(STEPS));
      if (proposal !== undefined) addCoefficients(proposal, values);
      moments.add(values);
    }
    expectMeans(moments, UNIFORM);
  },
};

const unbiasedFirst: Law<SamplerSubject> = {
  name: "proposes without bias through the first pass, over seeds",
  applies: proposesUnbiased,
  check: (subject) => {
    const rounds = Array.from({ length: STEPS }, () => createMoments(POPULATION));
    for (let seed = 0; seed < drawsOf(subject) / DRAWS_PER_FRESH; seed++) {
      const { sampler } = startSampler(subject, seed);
      rounds.forEach((moments, update) => {
        const values = new Float64Array(POPULATION);
        const proposal = sampler.propose?.(COUNT, toyProgress(update));
        if (proposal !== undefined) addCoefficients(proposal, values);
        moments.add(values);
      });
    }
    for (const moments of rounds) expectMeans(moments, UNIFORM);
  },
};

const refreshing: Law<SamplerSubject> = {
  name: "asks to compute anew what is in the dataset only",
  applies: (subject) => startSampler(subject).sampler.refresh !== undefined,
  check: (subject) => {
    const run = startSampler(subject);
    for (let update = 0; update < STEPS; update++) {
      const ids = run.sampler.refresh?.(toyProgress(update));
      for (const id of ids ?? []) expect(id).toBeLessThan(POPULATION);
      run.step(update);
    }
  },
};

/** What must be true of a first stage that proposes ids of the dataset. */
export const proposalLaws: readonly Law<SamplerSubject>[] = [
  validity,
  unbiasedLater,
  unbiasedFirst,
  refreshing,
];
