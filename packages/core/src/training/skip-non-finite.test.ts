import { describe, expect, test } from "vitest";
import type { Dataset } from "../contracts/dataset.js";
import type { UnequalEvent } from "../contracts/events.js";
import { defineSampler, defineScorer, defineWeighting } from "../plugin/part.js";
import { always } from "../schedulers/gates/always.js";
import { never } from "../schedulers/gates/never.js";
import { toyDataset } from "../testing/toy-dataset.js";
import { toyLearner, type ToyLearner } from "../testing/toy-learner.js";
import { createTrainer } from "./create-trainer.js";
import type { TrainerOptions } from "./trainer-options.js";
import { selectEvery } from "./draws/select-every.js";
import { stateless } from "../state/stateless.js";
import type { Trainer } from "./trainer.js";
import { toyEstimator } from "../testing/toy-estimator.js";

const N = 12;

/** The toy's examples, NaN or infinite in the inputs of the ids named. */
function spoilt(ids: readonly number[], value = NaN): Dataset {
  const inner = toyDataset({ size: N });
  return {
    ...inner,
    take: async (taken, keys) => {
      const host = await inner.take(taken, keys);
      const [x] = Object.values(host.inputs) as unknown as [
        { data: Float32Array; shape: number[] },
      ];
      const data = x.data.map((number, at) =>
        ids.includes(taken[Math.floor(at / 3)] as number) ? value : number,
      );
      return { ...host, inputs: [{ ...x, dtype: "float32", data }] };
    },
  };
}

const weighting = defineWeighting({
  name: "by-hand",
  summary: "1 / (population · expectation).",
  setup: () => ({
    coefficients: ({ rows, expected = [], population }) =>
      Float64Array.from(rows, (_, at) => 1 / (population * (expected[at] as number))),
  }),
})();
const estimator = toyEstimator();
/** Draws the first rows of the pool, each expected a given number of times. */
const sampler = (expected: readonly number[] = [], scored = false) =>
  defineSampler({
    name: "first",
    summary: "The first rows.",
    facts: { scored },
    setup: () => ({
      ...stateless("first"),
      select: (pool) =>
        scored
          ? {
              rows: Int32Array.from(expected.keys()),
              expected: Float64Array.from(expected),
              planned: expected.length,
              population: pool.ids.length,
            }
          : selectEvery(pool),
    }),
  })();

function start(dataset: Dataset, options: Partial<TrainerOptions> = {}) {
  const learner = toyLearner();
  const trainer = createTrainer({
    learner,
    dataset,
    sampler: sampler(),
    weighting,
    estimator,
    gate: never(),
    batchSize: 4,
    presample: 6,
    shuffle: false,
    nonFinite: "skip",
    ...options,
  });
  return { trainer, learner };
}

function listen(trainer: Trainer) {
  const warnings: UnequalEvent<"warning">[] = [];
  const ended: UnequalEvent<"step:end">[] = [];
  trainer.events.on("warning", (event) => warnings.push(event));
  trainer.events.on("step:end", (event) => ended.push(event));
  return { warnings, ended };
}

async function thetaOf(learner: ToyLearner): Promise<number[]> {
  return [...((await learner.state()) as unknown as { theta: Float64Array }).theta];
}

/** θ after one step of the toy on the ids named, with their coefficients, and the loss of that step. */
async function byHand(coefficients: Readonly<Record<number, number>>) {
  const learner = toyLearner();
  const ids = Object.keys(coefficients).map(Number);
  const batch = learner.upload(
    await toyDataset({ size: N }).take(Uint32Array.from(ids), new Uint32Array(ids.length)),
  );
  const { loss } = await learner.step(
    {
      batch,
      rows: Int32Array.from(ids.keys()),
      coefficients: Float32Array.from(Object.values(coefficients)),
    },
    { noise: 1, signals: [] },
  );
  return { theta: await thetaOf(learner), loss };
}

describe('nonFinite: "skip" at a uniform step', () => {
  test.each([NaN, Infinity])(
    "leaves a row of inputs %f out; the others count 1/(b − 1)",
    async (value) => {
      const { trainer, learner } = start(spoilt([2], value));
      const { warnings, ended } = listen(trainer);
      await trainer.run({ updates: 1 });
      const third = 1 / 3;
      const { theta, loss } = await byHand({ 0: third, 1: third, 3: third });
      expect(await thetaOf(learner)).toEqual(theta);
      expect(ended[0]).toMatchObject({ loss, rows: 3, skipped: 1, loaded: 4 });
      expect(warnings).toMatchObject([{ code: "LOSS_NOT_FINITE" }]);
      expect(warnings[0]?.message).toMatch(
        /example 2 .* inputs hold NaN or infinity.* So far 1 were left out/,
      );
      expect(learner.alive()).toBe(0);
    },
  );

  test("says nothing of steps without such rows, and repeats itself at the 10th and 100th alone", async () => {
    const { trainer } = start(spoilt([2]));
    const { warnings, ended } = listen(trainer);
    await trainer.run({ updates: 36 });
    expect(ended.map(({ skipped }) => skipped)).toEqual(
      Array.from({ length: 36 }, (_, step) => (step % 3 === 0 ? 1 : undefined)),
    );
    expect(warnings.map(({ step }) => step)).toEqual([0, 27]);
  });

  test("skips an update whose rows all have bad data, and goes on", async () => {
    const { trainer, learner } = start(spoilt([0, 1, 2, 3]));
    const { ended } = listen(trainer);
    const before = await thetaOf(learner);
    await trainer.run({ updates: 1 });
    expect(await thetaOf(learner)).toEqual(before);
    await trainer.run({ updates: 2 });
    expect(await thetaOf(learner)).not.toEqual(before);
    expect(ended.map(({ rows, skipped }) => [rows, skipped])).toEqual([
      [0, 4],
      [4, undefined],
    ]);
  });

  test("ends a run that diverged", async () => {
    const { trainer, learner } = start(toyDataset({ size: N }));
    const theta = new Float64Array(8).fill(NaN);
    await learner.restore({ ...(await learner.state()), theta });
    await expect(trainer.run({ updates: 1 })).rejects.toThrow(
      expect.objectContaining({
        code: "LOSS_NOT_FINITE",
        message: expect.stringMatching(
          /No example of the step has a loss .* training diverged/,
        ) as string,
      }),
    );
  });

  test("is an option: without it the step ends in an error that tells of it", async () => {
    const { trainer } = start(spoilt([2]), { nonFinite: "error" });
    await expect(trainer.run({ updates: 1 })).rejects.toThrow(
      expect.objectContaining({
        code: "LOSS_NOT_FINITE",
        message: expect.stringMatching(/example 2 .*nonFinite: "skip"/) as string,
      }),
    );
  });
});

describe('nonFinite: "skip" at an importance step', () => {
  const ones = defineScorer({
    name: "ones",
    summary: "Ones, whatever the example.",
    setup: () => ({ score: ({ ids }) => new Float32Array(ids.length).fill(1) }),
  })();

  test("a row with a score and no loss is left out: the others keep the sum of the coefficients", async () => {
    // 1/(6 e): 1/3, 1/6, 1/12 of rows 0, 1, 2; without row 1 the others count 7/5 as much
    const { trainer, learner } = start(spoilt([1]), {
      gate: always(),
      scorer: ones,
      sampler: sampler([0.5, 1, 2], true),
    });
    const { ended, warnings } = listen(trainer);
    await trainer.run({ updates: 1 });
    const { theta, loss } = await byHand({ 0: (1.4 * 1) / 3, 2: 1.4 / 12 });
    const found = await thetaOf(learner);
    found.forEach((value, at) => expect(value).toBeCloseTo(theta[at] as number, 7));
    expect(ended[0]?.loss).toBeCloseTo(loss, 6);
    expect(ended[0]).toMatchObject({ rows: 2, skipped: 1 });
    expect(warnings.map(({ code }) => code)).toEqual(["LOSS_NOT_FINITE"]);
  });

  test("a candidate without a score is told of too", async () => {
    const losses = defineScorer({
      name: "losses",
      summary: "The loss.",
      facts: { requires: ["loss"] },
      setup: () => ({
        score: ({ signals }) => (signals.loss as Float32Array).slice(),
      }),
    })();
    const { trainer } = start(spoilt([1]), {
      gate: always(),
      scorer: losses,
      sampler: sampler([1, 1], true),
    });
    const { ended, warnings } = listen(trainer);
    await trainer.run({ updates: 1 });
    expect(ended[0]).toMatchObject({ rows: 2 });
    expect(warnings).toMatchObject([{ code: "SCORE_NOT_FINITE" }]);
    expect(warnings[0]?.message).toMatch(/left example 1 out/);
  });
});

describe('nonFinite: "skip" and memory', () => {
  test("a sampler observes neither rows left out nor refreshed ones without finite signals", async () => {
    const seen: { ids: number[]; coefficients: number[] | undefined }[] = [];
    const curious = defineSampler({
      name: "curious",
      summary: "Remembers what it is told.",
      facts: { requires: ["loss", "embedding"] },
      setup: () => ({
        ...stateless("curious"),
        refresh: ({ update }) => (update === 1 ? Uint32Array.of(1, 2, 5) : undefined),
        select: selectEvery,
        observe: ({ ids, signals, coefficients }) => {
          expect(signals.loss?.length).toBe(ids.length);
          expect(signals.embedding?.length).toBe(2 * ids.length);
          expect(
            [...(signals.loss ?? []), ...(signals.embedding ?? [])].every(Number.isFinite),
          ).toBe(true);
          seen.push({ ids: [...ids], coefficients: coefficients && [...coefficients] });
        },
      }),
    })();
    const { trainer } = start(spoilt([2]), { sampler: curious });
    await trainer.run({ updates: 1 });
    const third = Math.fround(1 / 3);
    expect(seen).toEqual([{ ids: [0, 1, 3], coefficients: [third, third, third] }]);
    const importance = start(spoilt([2]), { sampler: curious, gate: always() });
    seen.length = 0;
    await importance.trainer.run({ updates: 2 });
    expect(seen.map(({ ids }) => ids)).toEqual([
      [0, 1, 3],
      [1, 5],
      [4, 5, 6, 7],
    ]);
  });
});
