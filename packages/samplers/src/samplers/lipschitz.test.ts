import type { Dataset, Sampler } from "@unequal/core";
import { setUpPart, toyDataset, toyProgress } from "@unequal/core/testing";
import { describe, expect, test } from "vitest";
import { lipschitz } from "./lipschitz.js";

const N = 40;
const dataset = toyDataset({ size: N });

async function squaresOf({ take }: Dataset): Promise<number[]> {
  const ids = Uint32Array.from({ length: N }, (_, id) => id);
  const [x] = Object.values((await take(ids, ids)).inputs);
  return Array.from(ids, (id) =>
    [0, 1, 2].reduce((sum, at) => sum + (x?.data[3 * id + at] as number) ** 2, 1),
  );
}

/** Lets a sampler read a dataset, as the trainer does. */
async function prepared(
  options: Parameters<typeof lipschitz>[0],
  from = dataset,
): Promise<Sampler> {
  const { role } = setUpPart(lipschitz(options));
  role.bind?.({ size: N });
  async function* examples() {
    for (const start of [0, N / 2]) {
      const ids = Uint32Array.from({ length: N / 2 }, (_, at) => start + at);
      yield { ids, batch: await from.take(ids, new Uint32Array(N / 2)) };
    }
  }
  await role.prepare?.(examples());
  return role;
}

function shares(values: readonly number[]): number[] {
  const total = values.reduce((sum, value) => sum + value, 0);
  return values.map((value) => value / total);
}

/** Checks p of every id that comes up in many proposals, and that these are nearly all. */
function expectLaw(sampler: Sampler, values: readonly number[]): void {
  const wanted = shares(values);
  const draws = 20_000;
  const { rows, expected } = sampler.propose?.(draws, toyProgress(0)) ?? expect.fail();
  const found = new Map([...rows].map((id, at) => [id, (expected?.[at] as number) / draws]));
  for (const [id, p] of found) expect(p).toBeCloseTo(wanted[id] as number, 12);
  expect([...found.values()].reduce((sum, p) => sum + p, 0)).toBeGreaterThan(0.995);
}

describe("importances from the data", async () => {
  const squares = await squaresOf(dataset);

  test.each(["half-squared", "mean-squared", "logistic", "softmax"] as const)(
    "%s: p ∝ ‖x‖² + 1, the factor cancels",
    async (loss) => {
      expectLaw(await prepared({ loss }), squares);
    },
  );

  test("without a bias: p ∝ ‖x‖²", async () => {
    const sampler = await prepared({ intercept: false });
    expectLaw(
      sampler,
      squares.map((square) => square - 1),
    );
  });

  test("partially biased: p = u/N + (1 − u) L/ΣL", async () => {
    const p = shares(squares).map((share) => 0.5 / N + 0.5 * share);
    expectLaw(await prepared({ uniform: 0.5 }), p);
  });

  test.each([
    ["half-squared", 1],
    ["mean-squared", 2 / 2],
    ["logistic", 1 / 4 / 2],
    ["softmax", 1 / 2],
  ] as const)("SDCA, two outputs, %s: p ∝ 1 + ‖x‖²/(λγN)", async (loss, factor) => {
    const p = shares(squares.map((square) => 1 + (factor * square) / (0.3 * N)));
    expectLaw(await prepared({ loss, ridge: 0.3 }), p);
  });

  test("a sample's weight is part of its loss, so of its importance", async () => {
    const weights = Float32Array.from({ length: N }, (_, id) => 1 + (id % 3));
    const sampler = await prepared({}, toyDataset({ size: N, weights }));
    const p = shares(squares.map((square, id) => square * (weights[id] as number)));
    expectLaw(sampler, p);
  });

  test("survive a restart", async () => {
    const { role } = setUpPart(lipschitz());
    role.restore((await prepared({})).state());
    expectLaw(role, squares);
  });
});

describe("given importances", () => {
  test("are drawn by, and the data not read", () => {
    const ascending = Array.from({ length: N }, (_, id) => id);
    const { role } = setUpPart(lipschitz({ importances: ascending }));
    role.bind?.({ size: N });
    expect(role.prepare).toBeUndefined();
    expectLaw(role, ascending);
  });

  test("must be as many as the examples, and finite", () => {
    const bind = (importances: ArrayLike<number>) => () =>
      setUpPart(lipschitz({ importances })).role.bind?.({ size: 3 });
    expect(bind([1, 2])).toThrow(expect.objectContaining({ code: "OPTION_INVALID" }));
    for (const value of [NaN, Infinity, -1])
      expect(bind(Float64Array.of(1, 2, value))).toThrow(
        expect.objectContaining({
          code: "SCORE_NOT_FINITE",
          message: expect.stringContaining("example 2") as string,
        }),
      );
    expect(() => lipschitz({ importances: "all" as never })).toThrow(
      expect.objectContaining({ code: "OPTION_INVALID" }),
    );
  });

  test("that are all 0 draw all alike", () => {
    const { role } = setUpPart(lipschitz({ importances: new Float32Array(N) }));
    role.bind?.({ size: N });
    expectLaw(role, Array<number>(N).fill(1 / N));
  });
});

test("an input that is not a number names its example", async () => {
  const broken: Dataset = {
    ...dataset,
    take: async (ids, keys) => {
      const batch = await dataset.take(ids, keys);
      const at = ids.indexOf(23);
      if (at >= 0)
        (Object.values(batch.inputs)[0]?.data as Float32Array).fill(NaN, at * 3, at * 3 + 1);
      return batch;
    },
  };
  await expect(prepared({}, broken)).rejects.toThrow(
    expect.objectContaining({
      code: "SCORE_NOT_FINITE",
      message: expect.stringContaining("example 23") as string,
    }),
  );
});
