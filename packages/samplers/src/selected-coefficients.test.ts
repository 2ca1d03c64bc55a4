import {
  always,
  createTrainer,
  defineWeighting,
  type Spec,
  type TrainerOptions,
} from "@unequal/core";
import { toyDataset, toyLearner } from "@unequal/core/testing";
import { describe, expect, test } from "vitest";
import {
  annealed,
  cached,
  history,
  infoBatch,
  laber,
  lipschitz,
  loss,
  none,
  onlineBatchSelection,
  perClass,
  plain,
  prioritized,
  proportional,
  prune,
  selectiveBackprop,
  staleNorms,
  unbiased,
} from "./index.js";

const N = 60;
const weights = Float32Array.from({ length: N }, (_, id) => 1 + (id % 3));

/** Weighs as `unbiased` does and claims nothing, so that metrics are told as they are found. */
const unclaimed = defineWeighting({
  name: "unclaimed",
  summary: "1 / (population · expectation).",
  setup: () => ({
    coefficients: ({ rows, expected = [], population }) =>
      Float64Array.from(rows, (_, at) => 1 / (population * (expected[at] as number))),
  }),
});

function start(sampler: Spec<"sampler">, options: Partial<TrainerOptions> = {}) {
  const dataset = toyDataset({ size: N, outputs: 3, weights });
  const learner = toyLearner({ outputs: 3, learningRate: 0.3 });
  const trainer = createTrainer({
    learner,
    dataset,
    sampler,
    weighting: unclaimed(),
    estimator: plain(),
    gate: always(),
    batchSize: 6,
    presample: 18,
    seed: 3,
    ...options,
  });
  return { trainer, learner, dataset };
}

/** Loss and error that coefficients make of the rows before their step: plain sums over the examples as the data set has them. */
function follow({ trainer, learner, dataset }: ReturnType<typeof start>) {
  const wanted: Promise<{ loss: number; error: number }>[] = [];
  const uneven: number[] = [];
  const sum = async (ids: Uint32Array, coefficients: Float32Array) => {
    const batch = learner.upload(dataset.take(ids, new Uint32Array(ids.length)) as never);
    // the toy computes before it first waits, so at the parameters that the step begins with
    const found = learner.compute(["loss", "probabilities"], batch);
    batch.dispose();
    const { loss: losses = [], probabilities = new Float32Array() } = await found;
    const labels = dataset.labels?.() ?? [];
    let [total, error] = [0, 0];
    ids.forEach((id, row) => {
      const outputs = probabilities.subarray(3 * row, 3 * row + 3);
      const right = outputs.indexOf(Math.max(...outputs)) === labels[id];
      total += (coefficients[row] as number) * (losses[row] as number);
      error += right ? 0 : (coefficients[row] as number);
    });
    return { loss: total, error };
  };
  trainer.events.on("batch:selected", ({ ids, coefficients }) => {
    wanted.push(sum(ids, coefficients));
    uneven.push(...Array.from(coefficients, (c) => Math.abs(c * ids.length - 1)));
  });
  return { wanted, uneven };
}

const scored = { scorer: loss() };
const cases: readonly (readonly [string, () => ReturnType<typeof start>, boolean])[] = [
  ["history", () => start(history()), true],
  [
    "prioritized under its annealed weights",
    () => start(prioritized(), { weighting: annealed() }),
    true,
  ],
  ["online-batch-selection", () => start(onlineBatchSelection()), true],
  [
    "online-batch-selection without weights",
    () => start(onlineBatchSelection(), { weighting: none() }),
    false,
  ],
  ["info-batch", () => start(infoBatch({ until: "90up" })), true],
  ["cached", () => start(cached()), true],
  ["per-class", () => start(perClass()), true],
  ["lipschitz", () => start(lipschitz()), true],
  ["stale-norms", () => start(staleNorms({ share: 0.2 })), true],
  [
    "prune",
    () => start(prune({ at: "3up", scorer: loss(), keep: 0.5 }), { weighting: none() }),
    false,
  ],
  ["laber after history", () => start(laber({ of: history() }), scored), true],
  ["laber", () => start(laber(), scored), true],
  ["selective-backprop", () => start(selectiveBackprop(), scored), true],
  ["proportional", () => start(proportional(), scored), true],
];

describe("the coefficients told are those that the losses of the rows are multiplied with", () => {
  test.each(cases)("%s", async (_, make, weighs) => {
    const run = make();
    const { wanted, uneven } = follow(run);
    const found: { loss: number; error: number }[] = [];
    run.trainer.events.on("step:end", ({ loss: total, metrics: { error = NaN } }) =>
      found.push({ loss: total, error }),
    );
    await run.trainer.run({ updates: 24 });
    const sums = await Promise.all(wanted);
    expect(sums.length).toBe(24);
    sums.forEach(({ loss: total, error }, step) => {
      expect(found[step]?.loss).toBeCloseTo(total, 5);
      expect(found[step]?.error).toBeCloseTo(error, 5);
    });
    if (weighs) expect(Math.max(...uneven)).toBeGreaterThan(0.1);
    else expect(Math.max(...uneven)).toBeLessThan(1e-5);
  });
});

test("info-batch with r = ½: the rows kept of those below the mean count twice, and a pass as many as the data", async () => {
  const { trainer } = start(infoBatch({ until: "90up" }), { weighting: unbiased() });
  const weighed: number[][] = [];
  trainer.events.on("batch:selected", ({ ids, coefficients }) =>
    weighed.push([...coefficients].map((c) => c * ids.length)),
  );
  await trainer.run({ updates: 10 });
  expect(weighed.flat().every((weight) => Math.abs(weight - 1) < 1e-6)).toBe(true);
  const second: number[] = [];
  while (second.reduce((sum, weight) => sum + weight, 0) < N - 1e-3) {
    await trainer.step();
    second.push(...(weighed.at(-1) as number[]));
  }
  // of n below the mean n − ⌊n/2⌋ are kept, and count for all n
  const kept = second.filter((weight) => weight > 1.5).length;
  const above = second.length - kept;
  expect(kept).toBe(Math.ceil((N - above) / 2));
  for (const weight of second)
    expect(Math.min(Math.abs(weight - 1), Math.abs(weight - (N - above) / kept))).toBeLessThan(
      1e-5,
    );
  expect(second.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(N, 4);
});
