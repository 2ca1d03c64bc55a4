import {
  always,
  createTrainer,
  defineSignal,
  Registry,
  type Observation,
  type Sampler,
  type Spec,
} from "@unequal/core";
import { setUpPart, toyDataset, toyLearner, toyProgress } from "@unequal/core/testing";
import { describe, expect, test } from "vitest";
import { el2n, gradientNorm, loss, none, plain, prune, samplersPlugin } from "../index.js";

const N = 40;
const ids = Uint32Array.from({ length: N }, (_, id) => id);
const scores = Float32Array.from(ids, (id) => ((17 * id) % 31) / 31);

type Options = Parameters<typeof prune>[0];

function start(options: Options = {}): Sampler {
  const registry = new Registry([samplersPlugin]);
  const { role } = setUpPart(prune({ signal: "known", ...options }), { registry });
  role.bind?.({ size: N });
  return role;
}

function observation(values: Float32Array): Observation {
  return { ids, signals: { known: values }, scoredAt: 0 };
}

/** Ids proposed in a whole pass over what is left. */
function proposed(sampler: Sampler, count: number): number[] {
  const rows = sampler.propose?.(count, toyProgress(0)).rows ?? expect.fail();
  return [...rows].sort((a, b) => a - b);
}

function keptBy(options: Options, count: number): number[] {
  const sampler = start(options);
  expect(sampler.refresh?.(toyProgress(0))).toEqual(ids);
  sampler.observe?.(observation(scores));
  return proposed(sampler, count);
}

/** The band of a naive sort: all pairs compared, equal scores by id. */
function naiveBand(sign: 1 | -1, from: number, count: number): number[] {
  const place = (id: number): number =>
    [...ids].filter((other) => {
      const [a, b] = [sign * (scores[other] as number), sign * (scores[id] as number)];
      return a > b || (a === b && other < id);
    }).length;
  return [...ids].filter((id) => place(id) >= from && place(id) < from + count);
}

describe("what is kept is a band of a naive sort", () => {
  test.each<[Options, 1 | -1, number, number]>([
    [{}, 1, 0, 20],
    [{ keep: 0.3 }, 1, 0, 12],
    [{ keep: 0.25, order: "lowest" }, -1, 0, 10],
    [{ keep: 0.5, skip: 0.1 }, 1, 4, 20],
    [{ keep: 0.7, skip: 0.3, order: "lowest" }, -1, 12, 28],
    [{ keep: 0.001, skip: 0.999 }, 1, 39, 1],
    [{ keep: 1 }, 1, 0, 40],
  ])("%o", (options, sign, from, count) => {
    expect(keptBy(options, count)).toEqual(naiveBand(sign, from, count));
  });
});

test("deals what is kept without replacement, pass after pass, in other orders", () => {
  const sampler = start({ keep: 0.25 });
  sampler.refresh?.(toyProgress(0));
  sampler.observe?.(observation(scores));
  const dealt = [6, 6, 6, 6, 6].flatMap((count) => [
    ...(sampler.propose?.(count, toyProgress(0)).rows ?? []),
  ]);
  const passes = [dealt.slice(0, 10), dealt.slice(10, 20), dealt.slice(20)];
  for (const each of passes) expect(new Set(each).size).toBe(10);
  expect(new Set(dealt).size).toBe(10);
  expect(passes[0]).not.toEqual(passes[1]);
});

test("trains on all of the data before, scores them once, and not again", () => {
  const sampler = start({ at: "3up" });
  expect(sampler.refresh?.(toyProgress(2))).toBeUndefined();
  expect(proposed(sampler, N)).toEqual([...ids]);
  expect(sampler.refresh?.(toyProgress(3))).toEqual(ids);
  sampler.observe?.(observation(scores));
  expect(proposed(sampler, 20)).toEqual(naiveBand(1, 0, 20));
  sampler.observe?.(observation(scores.map((score) => 1 - score)));
  expect(sampler.refresh?.(toyProgress(4))).toBeUndefined();
  expect(proposed(sampler, 20)).toEqual(naiveBand(1, 0, 20));
});

test("a scorer waits for ten epochs, a signal for nothing", () => {
  const at = (options: Options, epoch: number) =>
    start(options).refresh?.({ ...toyProgress(0), epoch })?.length;
  expect([at({}, 0), at({ signal: undefined, scorer: "loss" }, 9)]).toEqual([N, undefined]);
  expect(at({ signal: undefined }, 10)).toBe(N);
});

test.each([
  ["OPTION_INVALID", "above 0", () => prune({ keep: 0 })],
  ["OPTION_INVALID", "at most 1", () => prune({ keep: 0.8, skip: 0.3 })],
  ["OPTION_INVALID", "either a `scorer`", () => prune({ scorer: "loss", signal: "known" })],
  ["OPTION_INVALID", "stretch", () => prune({ at: "later" })],
  [
    "SCORE_NOT_FINITE",
    "example 7 scored NaN",
    () => {
      const sampler = start();
      sampler.refresh?.(toyProgress(0));
      sampler.observe?.(observation(scores.map((score, id) => (id === 7 ? NaN : score))));
      sampler.propose?.(5, toyProgress(0));
    },
  ],
])("%s: %s", (code, message, run) => {
  expect(run).toThrow(
    expect.objectContaining({ code, message: expect.stringContaining(message) as string }) as Error,
  );
});

describe("in a run", () => {
  const size = 60;
  const dataset = toyDataset({ size, features: 4, outputs: 3 });
  const settings = { features: 4, outputs: 3, learningRate: 0.2 };
  const known = Float32Array.from({ length: size }, (_, id) => (7 * id) % size);
  const source = defineSignal({
    name: "known",
    summary: "Test.",
    facts: { signals: new Map([["known", "free"]]) },
    setup: () => ({
      compute: (_names, { ids: some }) => ({
        known: Float32Array.from(some, (id) => known[id] as number),
      }),
    }),
  });

  /** Ids trained on, update by update. */
  async function trainedOn(sampler: Spec<"sampler">, updates: number): Promise<number[][]> {
    const trainer = createTrainer({
      learner: toyLearner(settings),
      dataset,
      sampler,
      signals: [source()],
      weighting: none(),
      estimator: plain(),
      gate: always(),
      batchSize: 10,
      presample: 25,
    });
    const batches: number[][] = [];
    trainer.events.on("batch:selected", (event) => void batches.push([...event.ids]));
    await trainer.run({ updates });
    return batches;
  }

  /** Scores of the untrained toy model by a naive loop over softmax regression. */
  async function naiveScores(name: "el2n" | "gradient-norm" | "loss"): Promise<number[]> {
    const { theta } = (await toyLearner(settings).state()) as unknown as { theta: Float64Array };
    const { inputs, targets } = await dataset.take(
      Uint32Array.from({ length: size }, (_, id) => id),
      new Uint32Array(size),
    );
    const [x, y] = [inputs, targets].map((columns) => [...(Object.values(columns)[0]?.data ?? [])]);
    return Array.from({ length: size }, (_, id) => {
      const features = x?.slice(4 * id, 4 * id + 4) ?? [];
      const truth = y?.slice(3 * id, 3 * id + 3) ?? [];
      const z = [0, 1, 2].map((out) =>
        features.reduce(
          (sum, value, at) => sum + value * (theta[at * 3 + out] as number),
          theta[12 + out] as number,
        ),
      );
      const total = z.reduce((sum, value) => sum + Math.exp(value), 0);
      const errors = z.map((value, out) => Math.exp(value) / total - (truth[out] as number));
      const length = Math.sqrt(errors.reduce((sum, error) => sum + error ** 2, 0));
      const norm = Math.sqrt(1 + features.reduce((sum, value) => sum + value ** 2, 0));
      if (name === "loss") return -Math.log(1 + (errors[truth.indexOf(1)] as number));
      return name === "el2n" ? length : length * norm;
    });
  }

  test.each([
    ["el2n", el2n()],
    ["gradient-norm", gradientNorm()],
    ["loss", loss()],
  ] as const)("keeps what %s finds at the start", async (name, scorer) => {
    const naive = await naiveScores(name);
    const best = [...naive.keys()]
      .sort((a, b) => (naive[b] as number) - (naive[a] as number))
      .slice(0, 30);
    const batches = await trainedOn(prune({ scorer, at: "0up" }), 6);
    expect(new Set(batches.flat())).toEqual(new Set(best));
  });

  test("scores from a source are kept by, from the first step on", async () => {
    const batches = await trainedOn(prune({ signal: "known", keep: 0.2 }), 4);
    const best = Array.from(known.keys()).filter((id) => (known[id] as number) >= 48);
    expect(new Set(batches.flat())).toEqual(new Set(best));
  });

  test("trains on all data until then", async () => {
    const batches = await trainedOn(prune({ scorer: el2n(), at: "2ep" }), 18);
    expect(new Set(batches.slice(0, 6).flat()).size).toBe(size);
    expect(new Set(batches.slice(12).flat()).size).toBe(30);
  });
});
