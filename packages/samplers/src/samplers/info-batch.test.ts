import type { Progress, Sampler, Selection } from "@unequal/core";
import { setUpPart, toyProgress } from "@unequal/core/testing";
import { describe, expect, test } from "vitest";
import { infoBatch } from "./info-batch.js";

const N = 20;
const COUNT = 6;
const PASSES = 20_000;
/** Five standard errors for each of 20 examples: by Bonferroni wrong once in 85,000. */
const ERRORS = 5;
/** 0 to 19, in mixed order: ten of them lie below the mean, 9.5. */
const losses = Float32Array.from({ length: N }, (_, id) => (7 * id) % N);
const easy = (id: number): boolean => (losses[id] as number) < 9.5;

type Options = Parameters<typeof infoBatch>[0];

function start(options: Options = {}, seed = 0): Sampler {
  const { role } = setUpPart(infoBatch(options), { seed });
  role.bind?.({ size: N });
  return role;
}

function propose(sampler: Sampler, at: Partial<Progress> = {}): Selection {
  return sampler.propose?.(COUNT, { ...toyProgress(0), ...at }) ?? expect.fail();
}

/** Proposals until every example of the pass has come. */
function pass(sampler: Sampler, at: Partial<Progress> = {}): Selection[] {
  const batches = [propose(sampler, at)];
  for (;;) {
    const { order, position } = sampler.state() as unknown as {
      order: Uint32Array;
      position: number;
    };
    if (position === order.length) return batches;
    batches.push(propose(sampler, at));
  }
}

/** A sampler that has seen every loss and stands before its second pass. */
function experienced(options: Options = {}): Sampler {
  const sampler = start(options);
  pass(sampler);
  const ids = Uint32Array.from(losses.keys());
  sampler.observe?.({ ids, signals: { loss: losses.slice() }, scoredAt: 0 });
  return sampler;
}

const idsOf = (batches: readonly Selection[]): number[] =>
  batches.flatMap(({ rows }) => [...rows]).sort((a, b) => a - b);

/** The weight that the law of weights makes of each entry. */
function weightsOf({ rows, expected, planned, population }: Selection): Map<number, number> {
  return new Map(
    Array.from(rows, (id, at) => [id, planned / (population * (expected?.[at] ?? NaN))]),
  );
}

/** Mean and standard error of a number per id over passes dealt anew from one state. */
function moments(options: Options, read: (batches: readonly Selection[]) => Map<number, number>) {
  const sampler = experienced(options);
  const state = sampler.state();
  const sums = [new Float64Array(N), new Float64Array(N)] as const;
  for (let at = 0; at < PASSES; at++) {
    sampler.restore(state);
    for (const [id, value] of read(pass(sampler))) {
      sums[0][id] = (sums[0][id] as number) + value;
      sums[1][id] = (sums[1][id] as number) + value ** 2;
    }
  }
  return Array.from(losses.keys(), (id) => {
    const mean = (sums[0][id] as number) / PASSES;
    const variance = Math.max(0, (sums[1][id] as number) / PASSES - mean ** 2);
    return { mean, error: Math.sqrt(variance / PASSES) };
  });
}

function expectMean(options: Options, wanted: number, read: Parameters<typeof moments>[1]): void {
  for (const { mean, error } of moments(options, read))
    expect(Math.abs(mean - wanted)).toBeLessThanOrEqual(ERRORS * error + 1e-9);
}

const joined = (batches: readonly Selection[]): Map<number, number> =>
  new Map(batches.flatMap((batch) => [...weightsOf(batch)]));

describe.each(["exact", "independent"] as const)("%s dropping", (drop) => {
  test("sum: E[Σ of an example's weights over a pass] = 1, so E Σ ∇ℓ is that of a whole pass", () => {
    expectMean({ drop, share: 0.35, scaling: "sum" }, 1, joined);
  });

  test("mean: E[Σ of an example's coefficients in a batch] = 1/N", () => {
    expectMean({ drop, share: 0.35, scaling: "mean" }, 1 / N, ([first]) =>
      first === undefined
        ? expect.fail()
        : new Map([...weightsOf(first)].map(([id, weight]) => [id, weight / first.planned])),
    );
  });
});

test("exact: ⌊r n⌋ of the n below-mean examples are left out, the rest of them count n/(n − k)", () => {
  for (const [share, k] of [
    [0.35, 3],
    [0.5, 5],
    [0.99, 9],
    [0, 0],
  ] as const) {
    const batches = pass(experienced({ share }));
    const ids = idsOf(batches);
    expect(ids.length).toBe(N - k);
    expect(new Set(ids).size).toBe(N - k);
    expect(ids.filter((id) => !easy(id)).length).toBe(10);
    for (const [id, weight] of joined(batches))
      expect(weight).toBeCloseTo(easy(id) ? 10 / (10 - k) : 1, 12);
  }
});

test("independent: those kept count 1/(1 − r)", () => {
  for (const [id, weight] of joined(pass(experienced({ drop: "independent", share: 0.35 }))))
    expect(weight).toBeCloseTo(easy(id) ? 1 / 0.65 : 1, 12);
});

test("mean: weights are those of sum, times n'/N", () => {
  const [sum, mean] = (["sum", "mean"] as const).map((scaling) =>
    joined(pass(experienced({ scaling }))),
  );
  expect(sum?.size).toBe(15);
  sum?.forEach((weight, id) => expect(mean?.get(id)).toBeCloseTo((weight * 15) / N, 12));
});

test("the first pass is whole, and so are those that begin after `until`", () => {
  const whole = Array.from(losses.keys());
  expect(idsOf(pass(start()))).toEqual(whole);
  expect(idsOf(pass(experienced(), { done: 0.874 })).length).toBe(15);
  expect(idsOf(pass(experienced(), { done: 0.875 }))).toEqual(whole);
  expect(idsOf(pass(experienced({ until: "30up" }), { update: 30 }))).toEqual(whole);
});

test("the share may change along the run, and is read when a pass begins", () => {
  const share = { linear: [0, 0.8], over: "40up" } as const;
  const sizes = [0, 20, 40].map((update) => idsOf(pass(experienced({ share }), { update })).length);
  expect(sizes).toEqual([20, 16, 12]);
});

test("equal losses, and examples without one, are left in", () => {
  const sampler = start({ share: 0.9 });
  pass(sampler);
  const ids = Uint32Array.from({ length: 18 }, (_, id) => id);
  const equal = (id: number): number => (id === 0 ? 0.05 : 0.1);
  sampler.observe?.({ ids, signals: { loss: Float32Array.from(ids, () => 0.1) }, scoredAt: 0 });
  expect(idsOf(pass(sampler)).length).toBe(N);
  sampler.observe?.({ ids, signals: { loss: Float32Array.from(ids, equal) }, scoredAt: 0 });
  expect(idsOf(pass(sampler))).toEqual(expect.arrayContaining([18, 19]));
});

test("a run without a limit is told that it needs one, or `until` in updates", () => {
  const sampler = start();
  const { done: _, ...endless } = toyProgress(0);
  expect(() => sampler.propose?.(COUNT, endless)).toThrow(
    expect.objectContaining({ code: "OPTION_INVALID" }),
  );
});
