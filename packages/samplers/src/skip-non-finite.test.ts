import {
  always,
  createTrainer,
  recorded,
  tau,
  type Dataset,
  type Plain,
  type Spec,
  type TrainerOptions,
  type UnequalEvent,
} from "@unequal/core";
import { toyDataset, toyLearner } from "@unequal/core/testing";
import { describe, expect, test } from "vitest";
import {
  additive,
  batchHard,
  cached,
  el2n,
  gradientNorm,
  hardPairs,
  contrastive,
  history,
  infoBatch,
  katyusha,
  laber,
  loss,
  onlineBatchSelection,
  pByK,
  perClass,
  plain,
  prioritized,
  proportional,
  prune,
  saga,
  scsg,
  selectiveBackprop,
  staleNorms,
  svrg,
  triplet,
  unbiased,
  uniform,
  upperBound,
  none,
} from "./index.js";

const N = 96;
const BAD = [5, 40, 77];

/** The toy's examples, three of them with NaN in their inputs. */
function spoilt(weight = 1): Dataset {
  const weights = new Float32Array(N).fill(weight);
  const inner = toyDataset({ size: N, features: 4, outputs: 3, weights });
  return {
    ...inner,
    take: async (ids, keys) => {
      const host = await inner.take(ids, keys);
      const [x] = Object.values(host.inputs) as unknown as [
        { data: Float32Array; shape: number[] },
      ];
      const data = x.data.map((value, at) =>
        BAD.includes(ids[Math.floor(at / 4)] as number) ? NaN : value,
      );
      return { ...host, inputs: [{ ...x, dtype: "float32" as const, data }] };
    },
  };
}

function start(options: Partial<TrainerOptions>) {
  const learner = toyLearner({ features: 4, outputs: 3, learningRate: 0.05 });
  const trainer = createTrainer({
    learner,
    dataset: spoilt(),
    sampler: uniform(),
    weighting: unbiased(),
    estimator: plain(),
    gate: always(),
    batchSize: 12,
    presample: 48,
    nonFinite: "skip",
    seed: 2,
    ...options,
  });
  return { trainer, learner };
}

/** Lists the numbers of a state that are NaN, by path. */
function nans(value: Plain | ArrayLike<number> | undefined, path = ""): string[] {
  if (typeof value === "number") return Number.isNaN(value) ? [path] : [];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) => nans(each, `${path}/${key}`));
}

const half = recorded({ switches: [8, 16, 24, 32] });
const scored = { scorer: upperBound() };
const mined = { gate: always(), weighting: none() };
const setups: readonly (readonly [string, Partial<TrainerOptions>])[] = [
  ["uniform steps", { gate: recorded({ switches: [] }) }],
  [
    "uniform steps that estimate the gain",
    { sampler: proportional(), ...scored, gate: tau({ costs: { score: 2.7, step: 1 } }) },
  ],
  [
    "a paid score probed",
    { sampler: proportional(), scorer: gradientNorm(), gate: half, probeEvery: 2 },
  ],
  [
    "importance steps and uniform ones",
    { sampler: additive({ of: proportional(), constant: 0.1 }), ...scored, gate: half },
  ],
  [
    "scores in the background",
    { sampler: proportional(), ...scored, gate: half, scoring: { name: "background", age: 1 } },
  ],
  ["history", { sampler: history(), gate: half }],
  ["history, all scored anew", { sampler: history({ recompute: "10up" }), gate: half }],
  ["cached", { sampler: cached(), gate: half }],
  ["per-class", { sampler: perClass(), gate: half }],
  ["stale-norms", { sampler: staleNorms({ share: 0.1 }), gate: half }],
  ["info-batch", { sampler: infoBatch({ until: "90up" }), gate: half }],
  ["online-batch-selection", { sampler: onlineBatchSelection({ recompute: "10up" }), gate: half }],
  ["prioritized", { sampler: prioritized(), gate: half }],
  ["laber after prioritized", { sampler: laber({ of: prioritized() }), ...scored, gate: half }],
  ["selective-backprop", { sampler: selectiveBackprop(), scorer: loss(), gate: half }],
  ["prune", { sampler: prune({ at: "10up", scorer: el2n() }), gate: half }],
  ["svrg", { sampler: proportional(), ...scored, gate: half, estimator: svrg({ every: 12 }) }],
  ["scsg", { sampler: proportional(), ...scored, gate: half, estimator: scsg({ size: 40 }) }],
  [
    "katyusha",
    { sampler: proportional(), ...scored, gate: half, estimator: katyusha({ every: 12 }) },
  ],
  ["saga", { sampler: proportional(), ...scored, gate: half, estimator: saga() }],
  ["saga from zeros", { estimator: saga({ initialise: "zeros" }) }],
  [
    "triplets",
    {
      ...mined,
      sampler: batchHard({ of: pByK({ classes: 3, each: 4 }) }),
      estimator: triplet(),
    },
  ],
  [
    "pairs",
    {
      ...mined,
      sampler: hardPairs({ of: pByK({ classes: 3, each: 4 }) }),
      estimator: contrastive(),
    },
  ],
];

describe('nonFinite: "skip": three examples without a finite loss harm neither parameters nor memory', () => {
  test.each(setups)("%s", async (title, options) => {
    const { trainer, learner } = start(options);
    const ended: UnequalEvent<"step:end">[] = [];
    const trained: number[] = [];
    const warned = new Set<string>();
    trainer.events.on("step:end", (event) => ended.push(event));
    trainer.events.on("batch:selected", ({ ids }) => trained.push(...ids));
    trainer.events.on("warning", ({ code }) => warned.add(code));
    await trainer.run({ updates: 40 });
    expect(warned.has("LOSS_NOT_FINITE") || warned.has("SCORE_NOT_FINITE")).toBe(true);
    for (const { loss: mean, metrics, estimate } of ended) {
      expect([mean, ...Object.values(metrics)].every(Number.isFinite)).toBe(true);
      if (estimate) expect(estimate.gain).toBeGreaterThan(0);
    }
    const { parts } = (await trainer.state()) as unknown as { parts: Record<string, Plain> };
    const unknown = title === "info-batch" ? BAD.map((id) => `/sampler/losses/${id}`) : [];
    expect(nans(parts)).toEqual(unknown);
    await trainer.dispose();
    expect(learner.alive()).toBe(0);
  });
});

test.each<[string, Spec<"sampler">]>([
  ["prioritized", prioritized()],
  ["online-batch-selection", onlineBatchSelection({ sortEvery: 5 })],
])("%s does not come back to examples left out more often than to others", async (_, sampler) => {
  const { trainer } = start({ sampler, dataset: spoilt(0.01) });
  const times = new Map<number, number>();
  trainer.events.on("batch:selected", ({ ids }) => {
    for (const id of ids) times.set(id, (times.get(id) ?? 0) + 1);
  });
  await trainer.run({ updates: 160 });
  const bad = BAD.reduce((sum, id) => sum + (times.get(id) ?? 0), 0) / BAD.length;
  // 160 · 12 / 96 = 20 of each, if all came alike; the hardest ones come far more often
  expect(bad).toBeLessThan(30);
});
