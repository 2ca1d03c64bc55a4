import {
  always,
  createRandom,
  createTrainer,
  TOKENS,
  wrap,
  type Clock,
  type Scoring,
  type Trainer,
} from "@unequal/core";
import { toyDataset, toyLearner } from "@unequal/core/testing";
import { gradientNorm, plain, proportional, unbiased } from "@unequal/samplers";
import { describe, expect, test } from "vitest";
import { cachedScoring } from "../examples/cached-scores/cached-scoring.mjs";

const SIZE = 64;
const weights = Float32Array.from({ length: SIZE }, (_, id) => 1 + (id % 3));
const clock: Clock = { now: () => 0 };

/** Notes the ids whose signals are computed. */
function noting(inner: Scoring, scored: number[]): Scoring {
  return {
    ...inner,
    submit: (request) => {
      if (request.signals.length > 0) scored.push(...request.ids);
      return inner.submit(request);
    },
  };
}

function start(updates: number) {
  const learner = toyLearner({ learningRate: 0.1 });
  const scored: number[] = [];
  const trainer = createTrainer({
    learner,
    dataset: toyDataset({ size: SIZE, weights }),
    sampler: proportional(),
    scorer: gradientNorm(),
    weighting: unbiased(),
    estimator: plain(),
    gate: always(),
    ...{ batchSize: 4, presample: 16 },
    provide: [
      [TOKENS.clock, clock],
      wrap(TOKENS.scoring, (inner) => noting(inner, scored)),
      wrap(TOKENS.scoring, (inner) => cachedScoring(inner, { updates })),
    ],
  });
  return { learner, scored, trainer };
}

async function losses(trainer: Trainer, updates: number): Promise<number[]> {
  const found: number[] = [];
  await trainer.run({ updates, afterStep: ({ loss }) => void found.push(loss) });
  await trainer.dispose();
  return found;
}

describe("a cache of scores", () => {
  test("that remembers nothing beyond its update changes nothing", async () => {
    const cached = start(0);
    const uncached = createTrainer({
      learner: toyLearner({ learningRate: 0.1 }),
      dataset: toyDataset({ size: SIZE, weights }),
      sampler: proportional(),
      scorer: gradientNorm(),
      weighting: unbiased(),
      estimator: plain(),
      gate: always(),
      ...{ batchSize: 4, presample: 16 },
      provide: [[TOKENS.clock, clock]],
    });
    expect(await losses(cached.trainer, 30)).toEqual(await losses(uncached, 30));
    expect(cached.scored).toHaveLength(30 * 16);
    expect(cached.learner.alive()).toBe(0);
  });

  test("asks for each example once within its updates, and says how old its scores are", async () => {
    const { learner, scored, trainer } = start(10);
    const ages: number[] = [];
    trainer.events.on("batch:scored", ({ age }) => ages.push(age));
    // four pools are a pass: the eleven updates 0 … 10 see each example two or three times
    await trainer.run({ updates: 11 });
    expect(scored.toSorted((a, b) => a - b)).toEqual([...Array(SIZE).keys()]);
    await trainer.run({ updates: 80 });
    expect(scored.length).toBeLessThan((80 * 16) / 2);
    expect(Math.max(...ages)).toBeLessThanOrEqual(10);
    expect(ages.slice(4, 11).every((age) => age > 0)).toBe(true);
    await trainer.dispose();
    expect(learner.alive()).toBe(0);
  });

  test("goes on from its state as if nothing had been", async () => {
    const whole = await losses(start(10).trainer, 30);
    const { trainer } = start(10);
    await trainer.run({ updates: 13 });
    const state = structuredClone(await trainer.state());
    await trainer.dispose();
    const again = start(10);
    await again.trainer.restore(state);
    expect(await losses(again.trainer, 30)).toEqual(whole.slice(13));
  });

  test("leaves signals and weights as they were computed, wherever in a pool an example is", async () => {
    const request = (ids: number[], scoredAt: number) => ({
      ids: Uint32Array.from(ids),
      keys: new Uint32Array(ids.length),
      signals: ["loss", "embedding"],
      scoredAt,
    });
    let inner: Scoring | undefined;
    const learner = toyLearner();
    const trainer = createTrainer({
      ...{ learner, dataset: toyDataset({ size: SIZE, weights }) },
      ...{ sampler: proportional(), scorer: gradientNorm(), weighting: unbiased() },
      ...{ estimator: plain(), gate: always(), batchSize: 4, presample: 16 },
      provide: [wrap(TOKENS.scoring, (usual) => (inner = usual))],
    });
    if (inner === undefined) throw new Error("it is bound when a trainer is composed");
    const cached = cachedScoring(inner, { updates: 5 });
    const random = createRandom(3);
    for (let round = 0; round < 6; round++) {
      const ids = Array.from({ length: 12 }, () => random.integer(SIZE));
      const [wanted, found] = [
        await inner.submit(request(ids, round)),
        await cached.submit(request(ids, round)),
      ];
      expect({ ...found.pool, scoredAt: round }).toEqual(wanted.pool);
      for (const candidates of [wanted, found]) candidates.dispose();
    }
    await trainer.dispose();
    expect(learner.alive()).toBe(0);
  });
});
