import { createTrainer, always, type Dataset, type Learner } from "@unequal/core";
import { toyDataset, toyLearner } from "@unequal/core/testing";
import { expect, test } from "vitest";
import { contrastive, none, pByK, plain, semiHard, triplet } from "../index.js";
import { squaredDistances } from "./distances.js";

const CLASSES = 4;
const dataset = toyDataset({ size: 240, features: 12, outputs: CLASSES, seed: 2 });

/** The share of examples whose nearest other example is of their class. */
async function precision(learner: Learner, { size, take, labels }: Dataset): Promise<number> {
  const ids = Uint32Array.from({ length: size }, (_, id) => id);
  const batch = learner.upload(await take(ids, new Uint32Array(size)));
  const { embedding = [] } = await learner.compute(["embedding"], batch);
  batch.dispose();
  const distances = squaredDistances(embedding, size);
  const classes = labels?.() as Int32Array;
  const right = Array.from(ids).filter((i) => {
    const row = Array.from(distances.subarray(i * size, (i + 1) * size)).with(i, Infinity);
    return classes[row.indexOf(Math.min(...row))] === classes[i];
  });
  return right.length / size;
}

test("semi-hard triplets bring examples of a class nearer to each other", async () => {
  const learner = toyLearner({ features: 12, outputs: CLASSES, learningRate: 0.02, seed: 1 });
  const before = await precision(learner, dataset);
  const trainer = createTrainer({
    learner,
    dataset,
    sampler: semiHard({ of: pByK({ each: 8 }) }),
    weighting: none(),
    estimator: triplet(),
    gate: always(),
    batchSize: 32,
    seed: 3,
  });
  await trainer.run({ updates: 300 });
  const after = await precision(learner, dataset);
  await trainer.dispose();
  expect(learner.alive()).toBe(0);
  // Four standard errors of a share of 240.
  expect(after - before).toBeGreaterThan(4 * Math.sqrt(0.25 / 240));
});

test("a run that never finds a triplet leaves the model as it is", async () => {
  const learner = toyLearner({ features: 12, outputs: CLASSES, seed: 1 });
  const before = await learner.state();
  const trainer = createTrainer({
    learner,
    dataset,
    // No gap between two squared distances is so small.
    sampler: semiHard({ margin: 1e-12, fallback: "none" }),
    weighting: none(),
    estimator: triplet(),
    gate: always(),
    batchSize: 16,
  });
  await trainer.run({ updates: 20 });
  await trainer.dispose();
  expect(await learner.state()).toEqual(before);
});

test("single examples' estimators are refused before the first step, and so are pairs' for triplets", () => {
  const learner = toyLearner({ features: 12, outputs: CLASSES });
  const shared = { learner, dataset, weighting: none(), gate: always(), batchSize: 16 };
  for (const estimator of [plain(), contrastive()])
    expect(() => createTrainer({ ...shared, sampler: semiHard(), estimator })).toThrow(
      expect.objectContaining({ code: "ESTIMATOR_UNSUPPORTED" }),
    );
});

test("a model without a loss is refused by estimators that step along it", () => {
  const learner = {
    ...toyLearner({ features: 12, outputs: CLASSES }),
    signals: new Map([["embedding", "free"]] as const),
  };
  const shared = { learner, dataset, weighting: none(), gate: always(), batchSize: 16 };
  expect(() => createTrainer({ ...shared, sampler: pByK(), estimator: plain() })).toThrow(
    expect.objectContaining({ code: "ESTIMATOR_UNSUPPORTED" }),
  );
});
