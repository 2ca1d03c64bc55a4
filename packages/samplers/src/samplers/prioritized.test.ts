import { setUpPart, toyProgress } from "@unequal/core/testing";
import { describe, expect, test } from "vitest";
import { annealed, prioritized } from "../index.js";

/** Binds the sampler to as many examples as there are losses, and lets it see them all. */
function trained(losses: readonly number[], options: Parameters<typeof prioritized>[0] = {}) {
  const { role } = setUpPart(prioritized(options));
  role.bind?.({ size: losses.length });
  const observe = (ids: readonly number[], values: readonly number[]) =>
    role.observe?.({
      ids: Uint32Array.from(ids),
      signals: { loss: Float32Array.from(values) },
      scoredAt: 0,
    });
  observe([...losses.keys()], losses);
  const propose = (count = 64) => role.propose?.(count, toyProgress(9)) ?? expect.fail();
  return { role, observe, propose };
}

/** P of each id, as the proposals state it. */
function stated({ propose }: ReturnType<typeof trained>): Map<number, number> {
  const { rows, expected, planned } = propose();
  return new Map(Array.from(rows, (id, at) => [id, (expected?.[at] as number) / planned]));
}

test("draws by (ℓ + ε)^α", () => {
  const p = stated(trained([1, 2, 4, 8], { alpha: 0.5 }));
  for (const [id, probability] of p)
    expect(probability).toBeCloseTo(Math.sqrt(2 ** id) / (1 + Math.SQRT2 + 2 + Math.sqrt(8)), 6);
});

test("draws by 1 / rank^α", () => {
  const p = stated(trained([1, 2, 8, 4], { variant: "rank", alpha: 1, sortEvery: 1 }));
  const wanted = [1 / 4, 1 / 3, 1, 1 / 2];
  for (const [id, probability] of p)
    expect(probability).toBeCloseTo((wanted[id] as number) / (25 / 12), 9);
});

test("the first pass deals every example once", () => {
  const { role } = setUpPart(prioritized());
  role.bind?.({ size: 10 });
  const dealt = [4, 4, 4].flatMap((count) => [
    ...(role.propose?.(count, toyProgress(0)).rows ?? []),
  ]);
  expect(dealt.sort((a, b) => a - b)).toEqual([...Array(10).keys()]);
});

test("a loss that is no number is an error that names the example", () => {
  const { observe } = trained([1, 2, 3]);
  expect(() => observe([2], [NaN])).toThrow(
    expect.objectContaining({
      code: "SCORE_NOT_FINITE",
      message: expect.stringMatching("example 2") as string,
    }) as Error,
  );
});

describe("annealed weights", () => {
  const selection = {
    rows: Int32Array.of(0, 1),
    expected: Float64Array.of(4, 1),
    planned: 2,
    population: 10,
  };
  const weigh = (options: Parameters<typeof annealed>[0], extra = {}, update = 0): number[] => {
    const { role } = setUpPart(annealed(options));
    return [...role.coefficients({ ...selection, ...extra }, undefined, toyProgress(update))];
  };

  test("are w^β over the batch's largest, or the population's where it is known", () => {
    expect(weigh({ beta: 1 })).toEqual([0.25 / 2, 0.5]);
    expect(weigh({ beta: 0.5 })).toEqual([0.25, 0.5]);
    expect(weigh({ beta: 0.5 }, { leastExpected: 0.25 })).toEqual([0.125, 0.25]);
  });

  test("grow to the whole correction along the run", () => {
    expect(weigh({}, {}, 0)[0]).toBeCloseTo(0.25 ** 0.4 / 2, 12);
    expect(weigh({}, {}, 100)[0]).toBeCloseTo(0.25 / 2, 12);
  });
});
