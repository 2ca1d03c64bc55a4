import { describe, expect, test } from "vitest";
import type { Random } from "../contracts/random.js";
import type { Sampler } from "../contracts/sampler.js";
import { defineSampler } from "../plugin/part.js";
import { Registry } from "../plugin/registry.js";
import type { PartContext } from "../plugin/roles.js";
import { drawFrom, honest, pick, scoresOf, shares } from "./honest-sampler.js";
import { brokenLaws } from "./law.js";
import { samplerLaws } from "./sampler-laws.js";

function broken(setup: (context: PartContext) => Sampler): Promise<string[]> {
  const part = defineSampler({
    name: "subject",
    summary: "Test.",
    unbiased: true,
    setup: (_, context) => setup(context),
  })();
  return brokenLaws(samplerLaws, { part, registry: new Registry([]) });
}

function named(fragment: string): string {
  const found = samplerLaws.filter(({ name }) => name.includes(fragment));
  return found.length === 1 ? (found[0]?.name ?? "") : expect.fail(`not one law: ${fragment}`);
}

const UNBIASED = named("is unbiased");
const LAW = named("states a law that sums to b");
const VARIANCE = named("states the variance");
const PURE_LAW = named("without drawing or learning");
const VALID = named("draws rows of any pool");
const EVEN = named("draws uniformly where");
const REPEATS = named("repeats itself");
const SEEDS = named("under another seed");
const CONTINUES = named("continues the same");
const COPIES = named("as a copy");
const POOL = named("leaves the pool");
const GLOBALS = named("global randomness");

function square(scores: Float32Array): Float64Array {
  return Float64Array.from(scores, (score) => score * score);
}

type Fault = readonly [fault: string, setup: (context: PartContext) => Sampler, laws: string[]];

const faults: readonly Fault[] = [
  [
    "draws by s² but states s",
    (context) => ({
      ...honest(context),
      select: (pool, count) => {
        const p = shares(square(scoresOf(pool)));
        const { uniform } = context.random;
        return drawFrom(p, shares(scoresOf(pool)), { count, uniform });
      },
    }),
    [UNBIASED, LAW, VARIANCE],
  ],
  [
    "leaves out the first row but states it",
    (context) => ({
      ...honest(context),
      select: (pool, count) => {
        const stated = shares(scoresOf(pool));
        const p = stated.length > 1 ? stated.with(0, 0) : stated;
        return drawFrom(shares(p), stated, { count, uniform: context.random.uniform });
      },
    }),
    [UNBIASED, LAW, VARIANCE],
  ],
  [
    "draws without replacement but states b p",
    (context) => ({
      ...honest(context),
      select: (pool, count) => {
        const stated = shares(scoresOf(pool));
        let left = stated;
        const rows = Int32Array.from({ length: count }, () => {
          const row = pick(shares(left), context.random.uniform());
          left = left.with(row, 0);
          return row;
        });
        const expected = Float64Array.from(rows, (row) => count * (stated[row] as number));
        return { rows, expected, planned: count, population: stated.length };
      },
    }),
    [UNBIASED, LAW, VARIANCE, VALID],
  ],
  [
    "forgets that all scores may be 0",
    (context) => ({
      ...honest(context),
      law: (pool, count) => {
        const total = scoresOf(pool).reduce((sum, score) => sum + score, 0);
        const expected = Float64Array.from(scoresOf(pool), (s) => (count * s) / total);
        return { expected, variance: (e) => e };
      },
    }),
    [EVEN],
  ],
  [
    "claims to be unbiased but states no expectations",
    (context) => ({
      ...honest(context),
      select: (...given) => {
        const { expected: _, ...selection } = honest(context).select(...given);
        return selection;
      },
    }),
    [UNBIASED],
  ],
  [
    "claims the variance of a systematic draw",
    (context) => ({
      ...honest(context),
      law: (pool, count) => ({
        expected: shares(scoresOf(pool)).map((p) => count * p),
        variance: (e) => (e % 1) * (1 - (e % 1)),
      }),
    }),
    [VARIANCE],
  ],
  [
    "draws while it states its law",
    (context) => ({
      ...honest(context),
      law: (pool, count) => {
        context.random.uniform();
        return {
          expected: shares(scoresOf(pool)).map((p) => count * p),
          variance: (e) => e,
        };
      },
    }),
    [PURE_LAW],
  ],
  [
    "draws a row beyond the pool",
    (context) => ({
      ...honest(context),
      select: (pool, count) => ({
        rows: new Int32Array(count).fill(pool.ids.length),
        expected: new Float64Array(count).fill(1),
        planned: count,
        population: pool.ids.length,
      }),
    }),
    [UNBIASED, LAW, VARIANCE, VALID, SEEDS],
  ],
  [
    "uses Math.random",
    () => honest({ random: { uniform: () => Math.random() } as Random }),
    [GLOBALS, REPEATS, CONTINUES, PURE_LAW],
  ],
  [
    "ignores its generator",
    () => {
      let position = 0;
      const uniform = (): number => (position = (position + 0.381966) % 1);
      return honest({ random: { uniform } as Random });
    },
    [SEEDS, CONTINUES, VARIANCE],
  ],
  [
    "keeps a generator of its own out of its state",
    ({ random }) => honest({ random: random.fork("mine") }),
    [CONTINUES],
  ],
  [
    "keeps a count out of its state",
    (context) => {
      const inner = honest(context);
      let calls = 0;
      const select: Sampler["select"] = (...given) => {
        const selection = inner.select(...given);
        return calls++ % 2 === 0 ? selection : { ...selection, rows: selection.rows.toReversed() };
      };
      return { ...inner, select };
    },
    [CONTINUES, UNBIASED, LAW],
  ],
  [
    "hands out its live state, and keeps what it is given",
    (context) => {
      const inner = honest(context);
      let memory = { version: 1, calls: 0 };
      return {
        ...inner,
        select: (...given) => {
          memory.calls += 1;
          return inner.select(...given);
        },
        state: () => memory,
        restore: (state) => void (memory = state as typeof memory),
      };
    },
    [COPIES],
  ],
  [
    "takes the state of any version",
    (context) => ({ ...honest(context), restore: () => undefined }),
    [COPIES],
  ],
  [
    "normalises the scores of the pool in place",
    (context) => ({
      ...honest(context),
      select: (pool, ...rest) => {
        scoresOf(pool).set(shares(scoresOf(pool)));
        return honest(context).select(pool, ...rest);
      },
    }),
    [POOL, LAW],
  ],
];

test("an honest sampler breaks no law", async () => {
  expect(await broken(honest)).toEqual([]);
});

describe("a sampler breaks a law if it", () => {
  test.each(faults)("%s", async (_, setup, laws) => {
    expect(new Set(await broken(setup))).toEqual(new Set(laws));
  });
});
