import { createRandom, type Observation, type Random } from "@unequal/core";
import { describe, expect, test, vi } from "vitest";
import { drawIds } from "../draws/distribution.js";
import { createScoreMemory, type ScoreMemory } from "./score-memory.js";
import { createUniformShare, type UniformShare } from "./uniform-share.js";

const N = 200;
const b = 20;

/** M(u) = 1/N Σ s²/(N p_u), by its definition. */
function moment(fresh: readonly number[], remembered: readonly number[], u: number): number {
  const total = remembered.reduce((sum, score) => sum + score, 0);
  return fresh.reduce((sum, score, id) => {
    const p = u / N + ((1 - u) * (remembered[id] as number)) / total;
    return sum + score ** 2 / (N * p) / N;
  }, 0);
}

function least(of: (u: number) => number, from: number): number {
  return Math.min(...Array.from({ length: 1001 }, (_, at) => of(from + ((1 - from) * at) / 1000)));
}

/** Scores that differ by a factor of e^spread or so. */
function scoresOf(random: Random, spread = 1): number[] {
  return Array.from({ length: N }, () => Math.exp(spread * (4 * random.uniform() - 2)));
}

function remembering(scores: readonly number[]): ScoreMemory {
  const memory = createScoreMemory(scores.length);
  scores.forEach((score, id) => memory.set(id, score, 0));
  return memory;
}

/** Rows as the memory draws them, with the coefficients of the law of weights. */
function drawn(memory: ScoreMemory, random: Random, u: number): Observation {
  const { rows, expected } = drawIds(memory.lawOfAll(u), b, random);
  const coefficients = Float32Array.from(expected ?? [], (e) => 1 / (N * e));
  return { ids: Uint32Array.from(rows), coefficients, signals: {}, scoredAt: 0 };
}

/** Lets a share learn from draws by its own law; the memory stays as it is. */
function teach(
  share: UniformShare,
  fresh: readonly number[],
  { memory, steps = 400, seed = 1 }: { memory: ScoreMemory; steps?: number; seed?: number },
): void {
  const random = createRandom(seed);
  for (let step = 0; step < steps; step++) {
    const observation = drawn(memory, random, share.inUse());
    share.learn(
      observation,
      Float32Array.from(observation.ids, (id) => fresh[id] as number),
      memory,
    );
  }
}

describe("the share in use", () => {
  const fresh = scoresOf(createRandom("fresh"));
  const unlike = scoresOf(createRandom("unlike"));
  const create = (from: number): UniformShare =>
    createUniformShare({ least: from, momentum: 0.99 });

  test.each([0, 0.2, 0.5])("falls to %f where remembered scores are those found", (from) => {
    const share = create(from);
    expect(share.inUse()).toBe(from);
    teach(share, fresh, { memory: remembering(unlike) });
    expect(share.inUse()).toBeGreaterThan(0.7);
    teach(share, fresh, { memory: remembering(fresh), steps: 1000 });
    // The last step down from next to 0 may gain less than the noise.
    expect(share.inUse()).toBeLessThan(from === 0 ? 0.06 : from + 1e-9);
  });

  test.each([
    ["the opposite of", fresh.map((score) => 1 / score)],
    ["nothing to do with", unlike],
  ])("rises to 1, or next to it, where remembered scores are %s those found", (_, remembered) => {
    const share = create(0.5);
    teach(share, fresh, { memory: remembering(remembered) });
    expect(share.inUse()).toBeGreaterThan(0.9);
  });

  test.each([0.2, 0.4, 0.6, 0.8])(
    "leaves M within a few per cent of the least where memory holds for a share of %f",
    (held) => {
      const random = createRandom(`held ${held}`);
      const remembered = fresh.map((score, id) =>
        random.uniform() < held ? score : (unlike[id] as number),
      );
      for (const from of [0.05, 0.5]) {
        const share = create(from);
        teach(share, fresh, { memory: remembering(remembered) });
        const of = (u: number): number => moment(fresh, remembered, u);
        expect(of(share.inUse())).toBeLessThan(1.04 * least(of, from));
        // The figure is an average over some 2000 draws.
        expect(share.tau()).toBeGreaterThan(0.85 * (of(1) / of(share.inUse())));
        expect(share.tau()).toBeLessThan(1.15 * (of(1) / of(share.inUse())));
      }
    },
  );

  test("gives up a least share of 0 for good once a remembered 0 is found to be more", () => {
    const remembered = fresh.with(3, 0);
    const memory = remembering(remembered);
    const share = create(0);
    teach(share, fresh, { memory });
    expect(share.inUse()).toBe(0);
    const coefficients = Float32Array.of(1 / N);
    const observation = { ids: Uint32Array.of(3), coefficients, signals: {}, scoredAt: 0 };
    share.learn(observation, Float32Array.of(fresh[3] as number), memory);
    expect(share.inUse()).toBeGreaterThan(0);
    teach(share, remembered, { memory, steps: 2000 });
    expect(share.inUse()).toBe(0.05);
  });
});

test("averages Σ coefficient · weight · s²/(N p_u) as a naive loop does, and moves beyond the error", () => {
  const random = createRandom("naive");
  const remembered = scoresOf(random);
  const memory = remembering(remembered);
  const mean = remembered.reduce((sum, score) => sum + score, 0) / N;
  const share = createUniformShare({ least: 0.3, momentum: 0.9 });
  const steps: { part: number; density: number }[][] = [];
  const grid = Array.from({ length: 21 }, (_, at) => 0.3 + 0.035 * at);
  let chosen = 0;
  for (let step = 0; step < 60; step++) {
    const fresh = Float32Array.from({ length: b }, () => Math.exp(3 * random.uniform()));
    const ids = Uint32Array.from(fresh, () => random.integer(N));
    const coefficients = fresh.map(() => random.uniform());
    const weights = fresh.map(() => 0.5 + random.uniform());
    const whole = coefficients.map((c, row) => c * (weights[row] as number));
    share.learn({ ids, coefficients: whole, signals: {}, scoredAt: step }, fresh, memory);
    steps.push(
      Array.from(ids, (id, row) => ({
        part: (whole[row] as number) * (fresh[row] as number) ** 2,
        density: (remembered[id] as number) / mean,
      })),
    );
    const average = (of: (row: { part: number; density: number }) => number, alpha: number) =>
      steps.reduce(
        (sum, rows, at) => sum + alpha ** (step - at) * rows.reduce((s, row) => s + of(row), 0),
        0,
      );
    const moments = grid.map((u) =>
      average(({ part, density }) => part / (u + (1 - u) * density), 0.9),
    );
    const error = Math.sqrt(average(({ part }) => part ** 2, 0.81)) / (moments[20] as number);
    const best = Math.min(...moments);
    if (best < (1 - error) * (moments[chosen] as number)) chosen = moments.indexOf(best);
    expect(share.inUse()).toBeCloseTo(grid[chosen] as number, 12);
    expect(share.tau()).toBeCloseTo((moments[20] as number) / (moments[chosen] as number), 9);
  }
  expect(chosen).toBeGreaterThan(0);
});

describe("is not moved by", () => {
  const ids = Uint32Array.of(0, 1, 2);
  const coefficients = new Float32Array(3).fill(1 / 3);
  const observation: Observation = { ids, coefficients, signals: {}, scoredAt: 0 };
  const fresh = Float32Array.of(1, 2, 3);
  const known = remembering([3, 2, 1]);

  test.each<[string, Observation, Float32Array, ScoreMemory]>([
    ["rows without coefficients", { ids, signals: {}, scoredAt: 0 }, fresh, known],
    ["rows whose score was not known", observation, fresh, createScoreMemory(3)],
    ["a memory of zeros", observation, fresh, remembering([0, 0, 0])],
    ["scores that are all 0", observation, new Float32Array(3), known],
  ])("%s", (_, seen, scores, memory) => {
    const share = createUniformShare({ least: 0.2, momentum: 0.9 });
    const before = share.state();
    for (let times = 0; times < 100; times++) share.learn(seen, scores, memory);
    expect(share.state()).toEqual(before);
    expect(share.inUse()).toBe(0.2);
    expect(share.tau()).toBeUndefined();
  });

  test("a single row, however wrong the memory, nor by one that outweighs the rest", () => {
    const share = createUniformShare({ least: 0.2, momentum: 0.99 });
    share.learn({ ...observation, ids: ids.slice(2) }, Float32Array.of(1000), known);
    expect(share.inUse()).toBe(0.2);
    for (let times = 0; times < 20; times++) share.learn(observation, fresh, known);
    expect(share.inUse()).toBe(0.2);
  });

  test("a memory of scores that are all alike", () => {
    const share = createUniformShare({ least: 0.2, momentum: 0.99 });
    for (let times = 0; times < 500; times++)
      share.learn(observation, fresh, remembering([2, 2, 2]));
    expect(share.inUse()).toBe(0.2);
    expect(share.tau()).toBe(1);
  });
});

test("takes in what a step found by a look at each of its rows, not at the others", () => {
  const memory = remembering(scoresOf(createRandom(1)));
  const looks = { knows: vi.fn(memory.knows), get: vi.fn(memory.get), mean: vi.fn(memory.mean) };
  const share = createUniformShare({ least: 0.5, momentum: 0.9 });
  const observation = drawn(memory, createRandom(2), 0.5);
  share.learn(observation, new Float32Array(b).fill(1), { ...memory, ...looks });
  expect(looks.knows).toHaveBeenCalledTimes(b);
  expect(looks.get).toHaveBeenCalledTimes(b);
  expect(looks.mean).toHaveBeenCalledTimes(1);
});

test("a restored share goes on as the saved one", () => {
  const [fresh, unlike] = ["a", "b"].map((seed) => scoresOf(createRandom(seed))) as [
    number[],
    number[],
  ];
  const options = { least: 0.1, momentum: 0.95 };
  const share = createUniformShare(options);
  const memory = remembering(unlike);
  teach(share, fresh, { memory, steps: 20 });
  const again = createUniformShare(options);
  teach(again, unlike, { memory, steps: 5 });
  const state = share.state();
  const kept = structuredClone(state);
  again.restore(state);
  for (const each of [share, again]) teach(each, fresh, { memory, steps: 30, seed: 2 });
  expect(again.state()).toEqual(share.state());
  expect(state).toEqual(kept);
});
