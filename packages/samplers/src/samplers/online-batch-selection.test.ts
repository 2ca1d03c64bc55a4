import { setUpPart, toyProgress } from "@unequal/core/testing";
import { describe, expect, test } from "vitest";
import { exponential, type Progress, type Sampler } from "@unequal/core";
import { onlineBatchSelection } from "./online-batch-selection.js";

const N = 20;

function start(options: Parameters<typeof onlineBatchSelection>[0] = {}): Sampler {
  const { role } = setUpPart(onlineBatchSelection(options));
  role.bind?.({ size: N });
  return role;
}

function propose(sampler: Sampler, count: number, at: Partial<Progress> = {}) {
  return sampler.propose?.(count, { ...toyProgress(0), ...at }) ?? expect.fail();
}

function observe(sampler: Sampler, losses: readonly (readonly [number, number])[]): void {
  sampler.observe?.({
    ids: Uint32Array.from(losses, ([id]) => id),
    signals: { loss: Float32Array.from(losses, ([, loss]) => loss) },
    scoredAt: 0,
  });
}

/** Shows every example with loss (7 id mod 20), so that ranks are no order of ids. */
function observeAll(sampler: Sampler): void {
  observe(
    sampler,
    Array.from({ length: N }, (_, id) => [id, (7 * id) % N] as const),
  );
}

/** p of every id, read off many proposals. */
function probabilities(sampler: Sampler, at: Partial<Progress> = {}): Map<number, number> {
  const found = new Map<number, number>();
  const { rows, expected } = propose(sampler, 5000, at);
  rows.forEach((id, row) => found.set(id, (expected?.[row] as number) / 5000));
  return found;
}

test("deals every example once before it draws any again, in another order for another seed", () => {
  const orders = [1, 2].map((seed) => {
    const { role } = setUpPart(onlineBatchSelection(), { seed });
    role.bind?.({ size: N });
    const dealt = [6, 6, 6, 6].map((count) => [...propose(role, count).rows]);
    expect(dealt.map(({ length }) => length)).toEqual([6, 6, 6, 2]);
    expect(dealt.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: N }, (_, id) => id));
    return dealt.flat();
  });
  expect(orders[0]).not.toEqual(orders[1]);
});

test("does not deal what was trained on already", () => {
  const sampler = start();
  observe(sampler, [
    [3, 1],
    [4, 1],
  ]);
  const dealt = [...propose(sampler, N).rows];
  expect(dealt.length).toBe(N - 2);
  expect(dealt).not.toContain(3);
});

describe("after the first pass", () => {
  test("prefers large losses: p falls with the rank, from first to last by s^((N−1)/N)", () => {
    const sampler = start({ pressure: 50 });
    observeAll(sampler);
    const p = probabilities(sampler);
    const byLoss = Array.from({ length: N }, (_, id) => id).sort(
      (a, b) => ((7 * b) % N) - ((7 * a) % N),
    );
    const ranked = byLoss.map((id) => p.get(id) as number);
    ranked.slice(1).forEach((next, at) => expect(next).toBeLessThan(ranked[at] as number));
    expect((ranked[0] as number) / (ranked[N - 1] as number)).toBeCloseTo(50 ** ((N - 1) / N), 6);
    expect(ranked.reduce((sum, each) => sum + each, 0)).toBeCloseTo(1, 9);
  });

  test("ranks examples last that were dealt and never observed, since the trainer leaves them out", () => {
    const sampler = start();
    propose(sampler, N);
    observe(
      sampler,
      Array.from({ length: N - 1 }, (_, id) => [id, 100 + id] as const),
    );
    const p = probabilities(sampler);
    expect(Math.min(...p.values())).toBe(p.get(N - 1));
  });

  test.each([
    [
      "from 100 to 1 over 50 epochs by default",
      {},
      [
        [0, 100],
        [25, 10],
        [50, 1],
        [80, 1],
      ],
    ],
    [
      "as a schedule has it",
      { pressure: exponential(100, 4, "10ep") },
      [
        [0, 100],
        [5, 20],
        [10, 4],
        [30, 4],
      ],
    ],
  ] as const)("the pressure decays %s", (_, options, wanted) => {
    const sampler = start(options);
    observeAll(sampler);
    for (const [epoch, pressure] of wanted) {
      const p = [...probabilities(sampler, { update: 4 * epoch, updatesPerEpoch: 4 }).values()];
      expect(Math.max(...p) / Math.min(...p)).toBeCloseTo(pressure ** ((N - 1) / N), 6);
    }
  });

  test("sorts every sortEvery updates", () => {
    const sampler = start({ sortEvery: 10, pressure: 100 });
    observeAll(sampler);
    const first = probabilities(sampler, { update: 30 });
    observe(sampler, [[0, 1000]]);
    expect(probabilities(sampler, { update: 39 })).toEqual(first);
    const later = probabilities(sampler, { update: 40 });
    expect(Math.max(...later.values())).toBe(later.get(0));
  });
});

describe("recomputing", () => {
  const ask = (sampler: Sampler, epoch: number): Uint32Array | undefined =>
    sampler.refresh?.({ ...toyProgress(0), update: 4 * epoch, updatesPerEpoch: 4 });

  test("asks for the share · N largest losses every r_freq epochs, once the first pass is over", () => {
    const sampler = start({ recompute: "0.5ep", share: 0.3 });
    expect(ask(sampler, 0.5)).toBeUndefined();
    propose(sampler, N);
    observeAll(sampler);
    // Losses are 7 id mod 20: 19 is that of 17, 18 that of 14, and so on.
    expect([...(ask(sampler, 1) ?? [])]).toEqual([17, 14, 11, 8, 5, 2]);
    expect(ask(sampler, 1.25)).toBeUndefined();
    expect(ask(sampler, 1.5)?.length).toBe(6);
    expect(ask(sampler, 9)?.length).toBe(6);
    expect(ask(sampler, 9.25)).toBeUndefined();
  });

  test("is followed by a sort, whatever sortEvery says", () => {
    const sampler = start({ recompute: "1ep", share: 0.3, sortEvery: 1000 });
    propose(sampler, N);
    observeAll(sampler);
    probabilities(sampler, { update: 1 });
    const ids = ask(sampler, 1) ?? expect.fail();
    observe(
      sampler,
      [...ids].map((id) => [id, 0.01 * id] as const),
    );
    const p = probabilities(sampler, { update: 4 });
    const first = [...p].reduce((most, entry) => (entry[1] > most[1] ? entry : most));
    // Of the losses 0 … 19 the six largest are below 1 now: 13 is the largest.
    expect((7 * first[0]) % N).toBe(13);
  });

  test("is off by default", () => {
    const sampler = start();
    propose(sampler, N);
    observeAll(sampler);
    expect(ask(sampler, 100)).toBeUndefined();
  });
});

test.each([NaN, Infinity])("a loss of %f names its example", (value) => {
  expect(() =>
    observe(start(), [
      [3, 1],
      [4, value],
    ]),
  ).toThrow(
    expect.objectContaining({
      code: "SCORE_NOT_FINITE",
      message: expect.stringContaining("example 4 ") as string,
    }),
  );
});

test("ranks losses below 0 last", () => {
  const sampler = start();
  observeAll(sampler);
  observe(sampler, [[5, -3]]);
  const p = probabilities(sampler);
  expect(Math.min(...p.values())).toBe(p.get(5));
});

test("selects every proposed row once", () => {
  const pool = {
    ids: Uint32Array.of(4, 4, 7),
    keys: new Uint32Array(3),
    weights: new Float32Array(3),
    signals: {},
    scoredAt: 0,
  };
  const selection = start().select(pool, 3, toyProgress(0));
  expect([...selection.rows]).toEqual([0, 1, 2]);
  expect([...(selection.expected ?? [])]).toEqual([1, 1, 1]);
});
