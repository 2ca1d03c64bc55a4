import { describe, expect, test } from "vitest";
import type { Pool } from "../contracts/pool.js";
import type { Random } from "../contracts/random.js";
import type { Sampler } from "../contracts/sampler.js";
import type { Selection } from "../contracts/selection.js";
import { defineSampler } from "../plugin/part.js";
import type { PartContext } from "../plugin/roles.js";
import { Registry } from "../plugin/registry.js";
import { restored } from "../training/restored.js";
import { stateless } from "../training/stateless.js";
import { brokenLaws } from "./law.js";
import { samplerLaws } from "./sampler-laws.js";

function shares(scores: ArrayLike<number>): Float64Array {
  const total = Array.from(scores).reduce((sum, score) => sum + score, 0);
  return Float64Array.from(scores, (score) => (total === 0 ? 1 / scores.length : score / total));
}

function pick(p: Float64Array, point: number): number {
  let sum = 0;
  const row = p.findIndex((value) => (sum += value) > point);
  return row < 0 ? p.findLastIndex((value) => value > 0) : row;
}

function drawFrom(
  p: Float64Array,
  stated: Float64Array,
  { count, uniform }: { readonly count: number; readonly uniform: () => number },
): Selection {
  const rows = Int32Array.from({ length: count }, () => pick(p, uniform()));
  const expected = Float64Array.from(rows, (row) => count * (stated[row] as number));
  return { rows, expected, planned: count, population: p.length };
}

function scoresOf(pool: Pool): Float32Array {
  return pool.scores as Float32Array;
}

/** An honest multinomial sampler, by the plainest means: the wrong ones below differ from it in one thing each. */
function honest({ random }: { readonly random: Random }): Sampler {
  return {
    ...stateless("honest"),
    scored: true,
    law: (pool, count) => ({
      expected: shares(scoresOf(pool)).map((p) => count * p),
      variance: (expected) => expected,
    }),
    select: (pool, count) => {
      const p = shares(scoresOf(pool));
      return drawFrom(p, p, { count, uniform: () => random.uniform() });
    },
  };
}

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
const PROPOSES = named("proposes ids");
const PROPOSES_LATER = named("once it has observed");
const PROPOSES_FIRST = named("through the first pass");

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

/** A first stage by latest loss + ½, honest but for what the options change. */
function proposer(
  { random }: PartContext,
  wrong: { readonly planned?: number; readonly stated?: boolean; readonly shift?: number } = {},
): Sampler {
  let losses = new Float32Array(0);
  return {
    scored: false,
    bind: ({ size }) => void (losses = new Float32Array(size)),
    propose: (count) => {
      const p = shares(losses.map((loss) => loss + 0.5));
      const stated = wrong.stated === false ? p.map(() => 1 / p.length) : p;
      const selection = drawFrom(p, stated, { count, uniform: random.uniform });
      const rows = selection.rows.map((row) => row + (wrong.shift ?? 0));
      return { ...selection, rows, planned: wrong.planned ?? count };
    },
    select: ({ ids: { length } }) => ({
      rows: Int32Array.from({ length }, (_, row) => row),
      expected: new Float64Array(length).fill(1),
      planned: length,
      population: length,
    }),
    observe: ({ ids, signals }) =>
      ids.forEach((id, row) => (losses[id] = signals.loss?.[row] as number)),
    state: () => ({ version: 1, losses: losses.slice() }),
    restore: (state) => {
      losses = restored<{ losses: typeof losses }>(state, 1, "proposer").losses;
    },
  };
}

describe("a first stage", () => {
  test("that is honest breaks no law", async () => {
    expect(await broken(proposer)).toEqual([]);
  });

  test.each([
    ["states uniform expectations", { stated: false }, [PROPOSES_LATER]],
    ["plans more than it proposes", { planned: 9 }, [PROPOSES]],
    ["counts ids from 1", { shift: 1 }, [PROPOSES, PROPOSES_LATER, PROPOSES_FIRST]],
  ])("breaks a law if it %s", async (_, wrong, laws) => {
    expect(new Set(await broken((context) => proposer(context, wrong)))).toEqual(new Set(laws));
  });
});
