import type { Pool, Sampler, Selection } from "@unequal/core";
import { setUpPart, toyPool, toyProgress } from "@unequal/core/testing";
import { expect, test } from "vitest";
import { selectiveBackprop } from "./selective-backprop.js";

const B = 16;

function start(options: Parameters<typeof selectiveBackprop>[0] = {}, seed = 0): Sampler {
  return setUpPart(selectiveBackprop(options), { seed }).role;
}

function poolAt(seed: number): Pool {
  return toyPool({ seed, size: B });
}

function select(sampler: Sampler, pool: Pool, count: number, update = 0): Selection {
  return sampler.select(pool, count, toyProgress(update));
}

/** The paper's probability by a naive loop: the share of the last R losses that are at most ℓ, to the power β. */
function naive(history: readonly number[], loss: number, beta: number): number {
  let atMost = 0;
  for (const past of history) if (past <= loss) atMost += 1;
  return (atMost / history.length) ** beta;
}

test.each([
  [20, 1],
  [1000, 2.5],
])("R = %i, β = %f: P is the percentile among the last R losses, to the power β", (size, beta) => {
  const sampler = start({ history: size, beta });
  const losses: number[] = [];
  for (let step = 0; step < 5; step++) {
    const pool = poolAt(step);
    losses.push(...(pool.scores ?? []));
    const history = losses.slice(-size);
    // b = B: whatever is kept is trained on, so what is expected is P itself
    const { rows, expected, population } = select(sampler, pool, B);
    expect(population).toBe(B);
    rows.forEach((row, at) => {
      const p = naive(history, pool.scores?.[row] as number, beta);
      expect(expected?.[at]).toBeCloseTo(p, 12);
    });
  }
});

test("keeps each row with its probability, independently of the others", () => {
  const sampler = start({ beta: 2 });
  const state = sampler.state();
  const pool = poolAt(1);
  const p = Array.from(pool.scores ?? [], (loss) => naive([...(pool.scores ?? [])], loss, 2));
  const draws = 20_000;
  const counts = new Float64Array(B);
  const [best, second] = [...p.keys()].sort((a, b) => (p[b] as number) - (p[a] as number)).slice(1);
  let together = 0;
  for (let draw = 0; draw < draws; draw++) {
    sampler.restore(state);
    const { rows } = select(sampler, pool, B);
    for (const row of rows) counts[row] = (counts[row] as number) + 1;
    if (rows.includes(best as number) && rows.includes(second as number)) together += 1;
  }
  // Five standard errors for 16 rows and a pair: by Bonferroni wrong once in 100,000.
  const close = (count: number, wanted: number): void =>
    expect(Math.abs(count / draws - wanted)).toBeLessThanOrEqual(
      5 * Math.sqrt((wanted * (1 - wanted)) / draws),
    );
  p.forEach((wanted, row) => close(counts[row] as number, wanted));
  close(together, (p[best as number] as number) * (p[second as number] as number));
});

test("of more than b draws b at random, of fewer makes a smaller batch, of none no batch", () => {
  const many = select(start({ beta: 0 }), poolAt(2), 5);
  expect([new Set(many.rows).size, many.planned]).toEqual([5, 5]);
  expect([...(many.expected ?? [])]).toEqual(Array<number>(5).fill(5 / B));
  const few = select(start({ beta: 3 }), poolAt(2), B);
  expect(few.rows.length).toBeGreaterThan(0);
  expect(few.rows.length).toBeLessThan(B);
  expect(few.planned).toBe(few.rows.length);
  const sampler = start({ beta: 50 });
  select(sampler, toyPool({ scores: Array<number>(B).fill(100) }), 5);
  const none = select(sampler, poolAt(2), 5);
  expect([none.rows.length, none.planned]).toEqual([0, 5]);
});

test("β may change along the run", () => {
  const kept = (update: number): number =>
    select(start({ beta: { linear: [0, 20], over: "50up" } }), poolAt(3), B, update).rows.length;
  expect(kept(0)).toBe(B);
  expect(kept(50)).toBeLessThan(B / 2);
});

test("equal losses are all kept at first", () => {
  const { rows } = select(start(), toyPool({ scores: Array<number>(B).fill(2) }), B);
  expect(rows.length).toBe(B);
});

test("needs scores", () => {
  expect(() => select(start(), toyPool({ scores: null }), 5)).toThrow(
    expect.objectContaining({ code: "SCORER_MISSING" }),
  );
});
