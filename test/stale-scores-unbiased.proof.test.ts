import {
  always,
  createTrainer,
  type Learner,
  type ScoringOption,
  type UnequalEvent,
} from "@unequal/core";
import { toyDataset, toyLearner } from "@unequal/core/testing";
import { history, laber, plain, proportional, unbiased, upperBound } from "@unequal/samplers";
import { expect, test } from "vitest";

const STEPS = 4000;
const B = 24;
const b = 8;
const dataset = toyDataset({ size: 200, features: 4, outputs: 3 });

/** Sums deviations of known variance: √Σ of which is the standard error of their sum. */
function deviations() {
  let sum = 0;
  let variance = 0;
  return {
    add: (deviation: number, itsVariance: number): void => {
      sum += deviation;
      variance += itsVariance;
    },
    variance: () => variance,
    standardErrors: () => Math.abs(sum) / Math.sqrt(variance),
  };
}

// weights are at most 1/(0.5 · 0.1), so the standard error is one
test("two stages, history and then old scores, keep the mean loss of the dataset to 4 standard errors", async () => {
  const inner = toyLearner({ features: 4, outputs: 3, learningRate: 0.5, momentum: 0.5 });
  const everyone = Uint32Array.from({ length: dataset.size }, (_, id) => id);
  const gaps: number[] = [];
  const learner: Learner = {
    ...inner,
    step: async (rows, options) => {
      const batch = inner.upload(await dataset.take(everyone, new Uint32Array(dataset.size)));
      const { loss = new Float32Array(0) } = await inner.compute(["loss"], batch);
      batch.dispose();
      const result = await inner.step(rows, options);
      gaps.push(result.loss - loss.reduce((sum, each) => sum + each / dataset.size, 0));
      return result;
    },
  };
  const trainer = createTrainer({
    learner,
    dataset,
    sampler: laber({ of: history({ uniform: 0.5 }) }),
    scorer: upperBound(),
    weighting: unbiased(),
    estimator: plain(),
    gate: always(),
    batchSize: b,
    presample: B,
    scoring: { name: "background", age: 2 },
  });
  await trainer.run({ updates: STEPS });
  await trainer.dispose();
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / STEPS;
  const variance = gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / (STEPS - 1);
  expect(Math.abs(mean) / Math.sqrt(variance / STEPS)).toBeLessThan(4);
});

/** Candidates, and by which probabilities they are drawn. */
interface Scored {
  readonly ids: Uint32Array;
  /** p ∝ score, with a tenth of uniform draws where scores are old. */
  readonly p: Float64Array;
}

function scoredOf({ ids, scores, age }: UnequalEvent<"batch:scored">): Scored {
  const total = scores.reduce((sum, score) => sum + score, 0);
  const share = age > 0 ? 0.1 : 0;
  return { ids, p: Float64Array.from(scores, (s) => (1 - share) * (s / total) + share / B) };
}

/** Trains fast enough for scores to change much in a few updates, and watches each draw. */
async function watch(scoring: ScoringOption) {
  const inner = toyLearner({ features: 4, outputs: 3, learningRate: 1, momentum: 0.5 });
  let pool: Scored = { ids: new Uint32Array(0), p: new Float64Array(0) };
  const losses = deviations();
  const draws = new Map<number, ReturnType<typeof deviations>>();
  const seen = new Set<number | undefined>();
  const learner: Learner = {
    ...inner,
    step: async (rows, options) => {
      const batch = inner.upload(await dataset.take(pool.ids, new Uint32Array(B)));
      const { loss = new Float32Array(0) } = await inner.compute(["loss"], batch);
      batch.dispose();
      const result = await inner.step(rows, options);
      // Σ coefficient · ℓ has the mean of all ℓ, and the variance of b independent draws of ℓ/(B p)
      const mean = loss.reduce((sum, each) => sum + each / B, 0);
      const square = loss.reduce((sum, each, row) => sum + (each / B) ** 2 / (pool.p[row] ?? 0), 0);
      const variance = (square - mean * mean) / b;
      losses.add((result.loss - mean) / Math.sqrt(variance), 1);
      return result;
    },
  };
  const trainer = createTrainer({
    learner,
    dataset,
    sampler: proportional({ draw: "multinomial" }),
    scorer: upperBound(),
    weighting: unbiased(),
    estimator: plain(),
    gate: always(),
    batchSize: b,
    presample: B,
    scoring,
  });
  trainer.events.on("batch:scored", (event) => void (pool = scoredOf(event)));
  trainer.events.on("batch:selected", ({ ids, coefficients }) => {
    const drawn = new Map([...ids].map((id, at) => [id, coefficients[at] as number]));
    pool.ids.forEach((id, row) => {
      const p = pool.p[row] as number;
      const each = draws.get(id) ?? deviations();
      draws.set(id, each);
      // a coefficient is 1/(B b p) for each time drawn
      const times = (drawn.get(id) ?? 0) * B * b * p;
      expect(Math.abs(times - Math.round(times))).toBeLessThan(1e-4);
      each.add(times - b * p, b * p * (1 - p));
    });
  });
  trainer.events.on("step:end", ({ age }) => seen.add(age));
  await trainer.run({ updates: STEPS });
  await trainer.dispose();
  return { losses, draws, seen };
}

test.each([
  [0, "inline"],
  [1, { name: "background", age: 1 }],
  [5, { name: "background", age: 5 }],
] as const)(
  "at age %d, a moving model's losses are those of its candidates to 4 standard errors over 4,000 steps, and each of 200 examples is drawn as often as its weight says to 4.6",
  async (age, scoring) => {
    const { losses, draws, seen } = await watch(scoring);
    expect([...seen].sort()).toEqual(Array.from({ length: age + 1 }, (_, each) => each));
    expect(losses.standardErrors()).toBeLessThan(4);
    expect(draws.size).toBe(dataset.size);
    for (const each of draws.values()) {
      if (each.variance() < 10) continue;
      // as rare for one of 200 as 3.4 for one
      expect(each.standardErrors()).toBeLessThan(4.6);
    }
    expect([...draws.values()].filter((each) => each.variance() >= 10).length).toBeGreaterThan(100);
  },
);
