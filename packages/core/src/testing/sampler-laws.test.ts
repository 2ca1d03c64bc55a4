import { describe, expect, test } from "vitest";
import type { Random } from "../contracts/random.js";
import type { Sampler } from "../contracts/sampler.js";
import type { Behaviour, Facts } from "../plugin/facts.js";
import type { PartContext } from "../plugin/part.js";
import { drawingBy, keeper } from "./drawing-by.js";
import { drawFrom, honest, pick, scoresOf, shares, subjectOf } from "./honest-sampler.js";
import { findBroken, type BrokenLaw } from "./law.js";
import { samplerLaws } from "./sampler-laws.js";
import { restored } from "../state/restored.js";

function broken(
  setup: (context: PartContext) => Behaviour<"sampler">,
  facts: Partial<Facts<"sampler">> = {},
): Promise<BrokenLaw[]> {
  return findBroken(samplerLaws, subjectOf(setup, { facts }));
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
const ANY_COUNT = named("for any count");
const LASTING = named("however much it has drawn");
const PRESENT = named("of the pool at hand");
const THRIFT = named("reads scores only");

function square(scores: Float32Array): Float64Array {
  return Float64Array.from(scores, (score) => score * score);
}

type Fault = readonly [
  fault: string,
  setup: (context: PartContext) => Behaviour<"sampler">,
  laws: readonly string[],
  /** What the first of them must report. */
  message?: RegExp,
  /** What it says of itself. */
  facts?: Partial<Facts<"sampler">>,
];

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
    [EVEN, ANY_COUNT],
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
    [GLOBALS, REPEATS, CONTINUES, PURE_LAW, LASTING, THRIFT],
  ],
  [
    "ignores its generator",
    () => {
      let position = 0;
      const uniform = (): number => (position = (position + 0.381966) % 1);
      return honest({ random: { uniform } as Random });
    },
    [SEEDS, CONTINUES, VARIANCE, LASTING],
  ],
  [
    "keeps a generator of its own out of its state",
    ({ random }) => honest({ random: random.fork("mine") }),
    [CONTINUES, LASTING],
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

const hidden: readonly Fault[] = [
  [
    "throws at a count that is a fraction",
    (context) => ({
      ...honest(context),
      law: (pool, count) => {
        const times = [...new Array<undefined>(count)].length;
        return { expected: shares(scoresOf(pool)).map((p) => times * p), variance: (e) => e };
      },
    }),
    [ANY_COUNT],
    /"subject", asked for count = 0\.9375, threw: Invalid array length/,
  ],
  [
    "rounds a count that is a fraction",
    (context) => ({
      ...honest(context),
      law: (pool, count) => ({
        expected: shares(scoresOf(pool)).map((p) => Math.round(count) * p),
        variance: (e) => e,
      }),
    }),
    [ANY_COUNT],
    /count = 0\.9375, must state expectations that sum to count, but they sum to (1|0\.99)/,
  ],
  [
    "keeps its first pool for ever",
    (context) => drawingBy(keeper().first)(context),
    [CONTINUES, PRESENT],
    /restored by a new sampler: all that later draws depend on must be in state\(\)/,
  ],
  [
    "keeps its first pool for ever, and saves it",
    (context) => {
      const memory = keeper();
      return drawingBy(memory.first, {
        state: () => ({ version: 1, kept: structuredClone(memory.kept) }),
        restore: (state) => {
          memory.kept = restored<{ kept: typeof memory.kept }>(state, 1, "keeper").kept;
        },
      })(context);
    },
    [PRESENT, PURE_LAW],
    /its draws must depend on pool\.scores/,
  ],
  [
    "smooths by a constant taken from its first pool, and never saved",
    (context) => {
      let constant: number | undefined;
      return drawingBy((pool) => {
        constant ??= Math.min(1, scoresOf(pool)[0] as number);
        return scoresOf(pool).map((score) => score + (constant as number));
      })(context);
    },
    [CONTINUES],
    /restored by a new sampler/,
  ],
  [
    "draws by its first pool what it states of the present one",
    (context) => {
      const { first } = keeper();
      return {
        ...honest(context),
        select: (pool, count) =>
          drawFrom(shares(first(pool)), shares(scoresOf(pool)), {
            count,
            uniform: context.random.uniform,
          }),
      };
    },
    [UNBIASED, LAW, VARIANCE, CONTINUES, PRESENT],
    /after 12 steps on other pools, the sum of coefficients of row/,
  ],
  [
    "is biased late in a run",
    (context) => ({
      ...honest(context),
      select: (pool, count, { update }) => {
        const stated = shares(scoresOf(pool));
        const p = update < 10 ? stated : shares(square(scoresOf(pool)));
        return drawFrom(p, stated, { count, uniform: context.random.uniform });
      },
    }),
    [UNBIASED, LAW, VARIANCE],
    /after 12 steps on other pools, the sum of coefficients of row/,
  ],
  [
    "says that it needs no scores, and reads them",
    drawingBy(scoresOf),
    [THRIFT],
    /the same without pool\.scores if `scored` is false/,
    { scored: false },
  ],
  [
    "says that it needs no scores, and reads them where they are there",
    drawingBy((pool) => pool.scores ?? new Float32Array(pool.ids.length)),
    [THRIFT],
    /the same without pool\.scores if `scored` is false/,
    { scored: false },
  ],
  [
    "reads a signal that it does not name",
    drawingBy(({ scores, signals }) =>
      scores?.every((s) => s === scores[0]) ? scores : (signals.loss ?? scores ?? []),
    ),
    [THRIFT],
    /without signals that it does not name in `reads` or `requires`/,
  ],
  [
    "changes its ways after 100 draws",
    (context) => {
      const inner = honest(context);
      let calls = 0;
      const select: Sampler["select"] = (...given) => {
        const selection = inner.select(...given);
        if (calls++ < 100) return selection;
        const { rows, expected = new Float64Array() } = selection;
        return { ...selection, rows: rows.toReversed(), expected: expected.toReversed() };
      };
      return { ...inner, select };
    },
    [LASTING, CONTINUES],
    /of a new sampler, from the same state, 10000 draws later/,
  ],
  [
    "changes its ways after 200 observations",
    (context) => {
      let observed = 0;
      return drawingBy(
        (pool) => (observed < 200 ? scoresOf(pool) : scoresOf(pool).map((score) => score + 1)),
        { observe: () => void (observed += 1) },
      )(context);
    },
    [CONTINUES],
    /taken back 120 steps later/,
  ],
];

test("an honest sampler breaks no law", async () => {
  expect(await broken(honest)).toEqual([]);
});

describe("a sampler breaks a law if it", () => {
  const cases = [...faults, ...hidden].map(([fault, setup, laws, message = /(?:)/, facts = {}]) => {
    return { fault, setup, laws, message, facts };
  });

  test.each(cases)("$fault", async ({ setup, laws, message, facts }) => {
    const found = await broken(setup, facts);
    expect(new Set(found.map(({ name }) => name))).toEqual(new Set(laws));
    expect(found.find(({ name }) => name === laws[0])?.message).toMatch(message);
  });
});
