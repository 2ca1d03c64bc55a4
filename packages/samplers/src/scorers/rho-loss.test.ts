import {
  always,
  createTrainer,
  defineSampler,
  defineSignal,
  scoreDataset,
  stateless,
  type Dataset,
  type HostArray,
  type HostBatch,
  type Spec,
} from "@unequal/core";
import { setUpPart, toyDataset, toyLearner, toyPool } from "@unequal/core/testing";
import { expect, test } from "vitest";
import { none, plain, uniform } from "../index.js";
import { loss } from "./loss.js";
import { rhoLoss } from "./rho-loss.js";

test("ranks as a naive computation of ℓ − ℓᴴ does, from 0", () => {
  const pool = toyPool({ size: 50, signals: ["irreducible-loss"] });
  const scores = setUpPart(rhoLoss()).role.score(pool);
  const reducible = Array.from(
    pool.signals.loss ?? [],
    (value, row) => value - (pool.signals["irreducible-loss"]?.[row] as number),
  );
  const order = (values: ArrayLike<number>): number[] =>
    Array.from({ length: 50 }, (_, row) => row).sort(
      (a, b) => (values[b] as number) - (values[a] as number) || a - b,
    );
  expect(order(scores)).toEqual(order(reducible));
  expect(Math.min(...reducible)).toBeLessThan(0);
  expect(Math.min(...scores)).toBe(0);
  const least = Math.min(...reducible);
  reducible.forEach((value, row) => expect(scores[row]).toBeCloseTo(value - least, 5));
});

test("a loss that is not finite spoils its own score only", () => {
  const pool = toyPool({ size: 3, scores: null });
  const signals = {
    loss: Float32Array.of(1, Infinity, 3),
    "irreducible-loss": Float32Array.of(0, 0, NaN),
  };
  expect([...setUpPart(rhoLoss()).role.score({ ...pool, signals })]).toEqual([0, Infinity, NaN]);
});

const [SIZE, FEATURES, CLASSES] = [1200, 6, 3];
const noisy = (id: number): boolean => id % 5 === 4;

/** Moves the classes of a data set apart, then calls every fifth example by the name of the next class. */
function mislabel(dataset: Dataset): Dataset {
  const change = (column: HostArray, value: (row: number, at: number) => number): HostArray => {
    const width = column.shape[1] as number;
    const data = column.data.map(
      (old, at) => old + value(Math.floor(at / width), at % width),
    ) as Float32Array;
    return { ...column, data };
  };
  const is = (id: number, out: number): number => (id % CLASSES === out % CLASSES ? 1 : 0);
  return {
    name: "mislabelled",
    size: dataset.size,
    take: async (ids, keys): Promise<HostBatch> => {
      const batch = await dataset.take(ids, keys);
      const [x, y] = [batch.inputs, batch.targets].map((columns) => Object.values(columns)[0]);
      const idOf = (row: number): number => ids[row] as number;
      return {
        ...batch,
        inputs: [change(x as HostArray, (row, at) => (at < CLASSES ? 3 * is(idOf(row), at) : 0))],
        targets: [
          change(y as HostArray, (row, out) =>
            noisy(idOf(row)) ? is(idOf(row), out + CLASSES - 1) - is(idOf(row), out) : 0,
          ),
        ],
      };
    },
  };
}

const cloud = (seed: number): Dataset =>
  mislabel(toyDataset({ size: SIZE, features: FEATURES, outputs: CLASSES, seed }));
const model = { features: FEATURES, outputs: CLASSES, learningRate: 0.03 };
const common = { weighting: none(), estimator: plain(), gate: always(), batchSize: 20, seed: 3 };

/** Takes the `count` rows of the largest scores. */
const largest = defineSampler({
  name: "largest",
  summary: "Test.",
  facts: { scored: true },
  setup: () => ({
    ...stateless("largest"),
    select: ({ scores = new Float32Array() }, count) => ({
      rows: Int32Array.from(scores.keys())
        .sort((a, b) => (scores[b] as number) - (scores[a] as number))
        .slice(0, count),
      planned: count,
      population: scores.length,
    }),
  }),
});

/** Losses of the data set under a model trained on other data, mislabelled alike. */
async function irreducibleLosses(dataset: Dataset): Promise<Float32Array> {
  const learner = toyLearner({ ...model, learningRate: 0.1 });
  const trainer = createTrainer({ ...common, learner, dataset: cloud(1), sampler: uniform() });
  await trainer.run({ epochs: 10 });
  return scoreDataset(learner, dataset, { by: "loss" });
}

/** Share of mislabelled examples among those that a scorer picks for training, and the error at the end. */
async function train(
  scorer: Spec<"scorer">,
  { dataset, losses }: { readonly dataset: Dataset; readonly losses: Float32Array },
): Promise<{ readonly noise: number; readonly error: number }> {
  const known = defineSignal({
    name: "known",
    summary: "Test.",
    facts: { signals: new Map([["irreducible-loss", "free"]]) },
    setup: () => ({
      compute: (_names, { ids }) => ({
        "irreducible-loss": Float32Array.from(ids, (id) => losses[id] as number),
      }),
    }),
  });
  const learner = toyLearner(model);
  const trainer = createTrainer({
    ...common,
    learner,
    dataset,
    sampler: largest(),
    scorer,
    signals: [known()],
    presample: 100,
  });
  const counts = { picked: 0, noisy: 0 };
  trainer.events.on("batch:selected", ({ ids }) => {
    counts.picked += ids.length;
    counts.noisy += ids.filter(noisy).length;
  });
  await trainer.run({ epochs: 5 });
  const { metrics } = await learner.evaluate(cloud(2));
  return { noise: counts.noisy / counts.picked, error: metrics["error"] ?? NaN };
}

test("with 20 % of the labels wrong, picks about their share of them, where the loss picks twice as many", async () => {
  const dataset = cloud(0);
  const losses = await irreducibleLosses(dataset);
  const byLoss = await train(loss(), { dataset, losses });
  const byReducible = await train(rhoLoss(), { dataset, losses });
  // Seen: 0.445 and 0.214 of the examples picked, errors 0.402 and 0.257, of which 0.2 cannot be avoided.
  expect(byLoss.noise).toBeGreaterThan(0.4);
  expect(byReducible.noise).toBeLessThan(0.25);
  expect(byReducible.error).toBeLessThan(byLoss.error - 0.1);
});
