import { expect } from "vitest";
import type { Selection } from "../contracts/selection.js";
import type { Part } from "../plugin/part.js";
import { Registry } from "../plugin/registry.js";
import { createRandom } from "../random/create-random.js";
import { describeLaws } from "./describe-laws.js";
import { expectRemembers } from "./expect-remembers.js";
import type { Law } from "./law.js";
import { setUpPart } from "./set-up-part.js";
import { toyProgress } from "./toy-pool.js";
import { withoutGlobalRandomness } from "./without-global-randomness.js";

/** A weighting under test. */
export interface WeightingSubject {
  readonly part: Part<"weighting">;
  readonly registry: Registry;
}

const UNEVEN = {
  rows: Int32Array.of(3, 0, 3, 7, 9),
  expected: Float64Array.of(0.5, 0.05, 0.5, 2.5, 1),
  planned: 4,
  population: 16,
} satisfies Selection;
const SCORES = Float32Array.of(2, 0.2, 2, 10, 4);

/** Selections weighed between two that must be weighed alike; so many updates of a run of 100. */
const OTHERS = 150;

const UNIFORM = {
  rows: Int32Array.of(5, 1, 2, 8),
  expected: new Float64Array(4).fill(4 / 16),
  planned: 4,
  population: 16,
} satisfies Selection;

function coefficients(
  { part, registry }: WeightingSubject,
  selection: Selection,
  scores?: Float32Array,
): Float64Array {
  return setUpPart(part, { registry }).role.coefficients(selection, scores, toyProgress(3));
}

function claimsUnbiased({ part }: WeightingSubject): boolean {
  return part.definition.unbiased === true;
}

const shape: Law<WeightingSubject> = {
  name: "gives each drawn row a finite coefficient ≥ 0, with scores, without, and where all are 0",
  check: (subject) => {
    for (const scores of [SCORES, undefined, new Float32Array(5)]) {
      const values = coefficients(subject, UNEVEN, scores);
      expect(values).toBeInstanceOf(Float64Array);
      expect(values.length).toBe(5);
      expect(values.every((value) => Number.isFinite(value) && value >= 0)).toBe(true);
    }
  },
};

const uniformity: Law<WeightingSubject> = {
  name: "gives 1 / planned to every row of a uniform draw",
  check: (subject) => {
    for (const value of coefficients(subject, UNIFORM, SCORES.subarray(0, 4)))
      expect(value).toBeCloseTo(1 / 4, 12);
  },
};

/** Selections of every size, unlike one another, with their scores. */
function others(count: number): readonly (readonly [Selection, Float32Array])[] {
  const random = createRandom("selections");
  return Array.from({ length: count }, () => {
    const length = 1 + Math.floor(random.uniform() * 8);
    const population = length + Math.floor(random.uniform() * 40);
    const selection = {
      rows: Int32Array.from({ length }, () => Math.floor(random.uniform() * population)),
      expected: Float64Array.from({ length }, () => 0.01 + 3 * random.uniform()),
      planned: 1 + Math.floor(random.uniform() * 12),
      population,
    };
    return [selection, Float32Array.from({ length }, () => 9 * random.uniform())];
  });
}

const memory: Law<WeightingSubject> = {
  name: "weighs a selection the same whatever it has weighed before, but for what is in its state",
  check: (subject) =>
    expectRemembers({
      start: () => setUpPart(subject.part, subject),
      act: (weighting) =>
        weighting.coefficients(structuredClone(UNEVEN), SCORES.slice(), toyProgress(3)),
      others: (weighting) => {
        others(OTHERS).forEach(([selection, scores], update) => {
          weighting.coefficients(selection, scores, toyProgress(update));
        });
      },
    }),
};

const unbiasedness: Law<WeightingSubject> = {
  name: "is unbiased: coefficient = 1 / (population · expected), whatever was planned, scored or weighed before",
  applies: claimsUnbiased,
  check: (subject) => {
    const { role } = setUpPart(subject.part, subject);
    const all = [[UNEVEN, SCORES], [{ ...UNEVEN, planned: 9 }, SCORES], ...others(OTHERS)] as const;
    all.forEach(([selection, scores], update) => {
      const values = role.coefficients(selection, scores, toyProgress(update));
      const { population, expected = new Float64Array() } = selection;
      values.forEach((value, at) => {
        const share = value * population * (expected[at] as number);
        expect(share, `at update ${update}, coefficient · population · expected`).toBeCloseTo(
          1,
          12,
        );
      });
    });
  },
};

const need: Law<WeightingSubject> = {
  name: "says so if it needs expectations and gets none",
  applies: claimsUnbiased,
  check: (subject) => {
    const { expected: _, ...selection } = UNEVEN;
    expect(() => coefficients(subject, selection, SCORES)).toThrow(
      expect.objectContaining({ code: "WEIGHTING_NEEDS_EXPECTATION" }),
    );
  },
};

const purity: Law<WeightingSubject> = {
  name: "leaves selection and scores as they are, and gives coefficients that the caller may change",
  check: (subject) => {
    const [selection, scores] = structuredClone([UNEVEN, SCORES] as const);
    coefficients(subject, selection, scores).fill(-1);
    expect([selection, scores]).toEqual([UNEVEN, SCORES]);
  },
};

const globals: Law<WeightingSubject> = {
  name: "draws no global randomness",
  check: (subject) => withoutGlobalRandomness(() => coefficients(subject, UNEVEN, SCORES)),
};

/** What must be true of every weighting; those that claim `unbiased` are held to it. */
export const weightingLaws: readonly Law<WeightingSubject>[] = [
  shape,
  uniformity,
  unbiasedness,
  need,
  memory,
  purity,
  globals,
];

/** Holds a weighting to its contract, a test for each law: `describeWeighting(unbiased())`. */
export function describeWeighting(
  part: Part<"weighting">,
  { registry = new Registry([]) }: { readonly registry?: Registry } = {},
): void {
  describeLaws(`weighting "${part.name}"`, weightingLaws, { part, registry });
}
