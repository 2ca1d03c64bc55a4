import { createRandom, type Sampler } from "@unequal/core";
import { setUpPart, toyProgress } from "@unequal/core/testing";
import { expect, test } from "vitest";
import { cached } from "./cached.js";
import { upperBound } from "../scorers/upper-bound.js";

const N = 12;

function start(options: Parameters<typeof cached>[0] = {}): Sampler {
  const { role } = setUpPart(cached(options));
  role.bind?.({ size: N });
  return role;
}

function observe(sampler: Sampler, losses: ReadonlyMap<number, number>, scoredAt: number): void {
  const ids = Uint32Array.from(losses.keys());
  const loss = Float32Array.from(losses.values());
  sampler.observe?.({ ids, signals: { loss, "upper-bound": loss.map(Math.sqrt) }, scoredAt });
}

function probabilities(sampler: Sampler, update: number): number[] {
  const p = Array<number>(N).fill(0);
  const { rows, expected } = sampler.propose?.(4000, toyProgress(update)) ?? expect.fail();
  rows.forEach((id, at) => (p[id] = (expected?.[at] as number) / 4000));
  return p;
}

function close(values: readonly number[]): number[] {
  return values.map((value) => expect.closeTo(value, 9) as number);
}

/** The library's CacheSampler, line by line, but that an item is dropped while the keys are walked over. */
function createLibraryCache(staleness: number, probability: number, smooth: number) {
  const cache = new Map<number, [score: number, age: number]>();
  const scores = Array<number>(N).fill(1);
  return {
    scores,
    update: (losses: ReadonlyMap<number, number>): void => {
      for (const [id, loss] of losses) cache.set(id, [smooth + loss, 0]);
      let sum = 0;
      for (const [id, [score, age]] of [...cache]) {
        if (age > staleness) {
          scores[id] = 1;
          cache.delete(id);
        } else {
          cache.set(id, [score, age + 1]);
          sum += score;
        }
      }
      const alpha = probability / (1 - probability);
      for (const [id, [score]] of cache) scores[id] = 1 + (alpha * N * score) / sum;
    },
  };
}

test.each([
  [3, 0.5, 0.2],
  [1, 0.7, 0],
])(
  "draws as the library's CacheSampler(%i, %f, %f) does, update by update",
  (age, share, smooth) => {
    const random = createRandom("cache");
    const library = createLibraryCache(age, share, smooth);
    const sampler = start({ staleness: age + 1, uniform: 1 - share, constant: smooth });
    for (let update = 0; update < 40; update++) {
      const losses = new Map(
        Array.from({ length: 1 + random.integer(3) }, () => [
          random.integer(N),
          Math.fround(0.1 + random.uniform()),
        ]),
      );
      observe(sampler, losses, update);
      library.update(losses);
      const total = library.scores.reduce((sum, score) => sum + score, 0);
      const wanted = library.scores.map((score) => score / total);
      expect(probabilities(sampler, update + 1)).toEqual(close(wanted));
    }
  },
);

test("scores are of no use after `staleness` updates", () => {
  const sampler = start({ staleness: 3 });
  observe(sampler, new Map([[5, 1]]), 10);
  const p5 = (update: number): number => probabilities(sampler, update)[5] as number;
  expect([11, 12, 13].map(p5)).toEqual(close(Array<number>(3).fill(0.5 / N + 0.5)));
  expect(p5(14)).toBeCloseTo(1 / N, 9);
});

test("caches another score, if asked", () => {
  const sampler = start({ scorer: upperBound(), constant: 0 });
  expect(sampler.requires).toEqual(["upper-bound"]);
  observe(
    sampler,
    new Map([
      [1, 9],
      [2, 1],
    ]),
    0,
  );
  const p = probabilities(sampler, 1);
  expect([p[1], p[2], p[3]]).toEqual(close([0.5 / N + 0.375, 0.5 / N + 0.125, 0.5 / N]));
});

test.each([NaN, Infinity, -1])("a loss of %f names its example", (value) => {
  expect(() => observe(start(), new Map([[4, value]]), 0)).toThrow(
    expect.objectContaining({
      code: "SCORE_NOT_FINITE",
      message: expect.stringContaining("example 4 ") as string,
    }),
  );
});

test("a share of no uniform draws is refused: what is not cached would be out of reach", () => {
  expect(() => cached({ uniform: 0 })).toThrow(expect.objectContaining({ code: "OPTION_INVALID" }));
});
