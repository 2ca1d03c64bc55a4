import {
  always,
  createTrainer,
  defineEstimator,
  defineScorer,
  never,
  Registry,
  schedulersPlugin,
  tau,
  type Trainer,
  type Spec,
  type TrainerOptions,
  type UnequalEvent,
} from "@unequal/core";
import { toyDataset, toyLearner, type ToyLearner } from "@unequal/core/testing";
import { describe, expect, test } from "vitest";
import {
  adaptive,
  cached,
  el2n,
  gradientNorm,
  history,
  infoBatch,
  katyusha,
  laber,
  lipschitz,
  none,
  onlineBatchSelection,
  perClass,
  plain,
  proportional,
  prune,
  saga,
  samplersPlugin,
  scsg,
  selectiveBackprop,
  staleNorms,
  svrg,
  unbiased,
  uniform,
  upperBound,
} from "./index.js";

const dataset = toyDataset({ size: 240, features: 6, outputs: 3 });

function learner(dropout = 0.1): ToyLearner {
  return toyLearner({ features: 6, outputs: 3, learningRate: 0.05, momentum: 0.5, dropout });
}

/** A trainer and its learner. */
interface Run {
  readonly trainer: Trainer;
  readonly learner: ToyLearner;
}

async function thetaOf(model: ToyLearner): Promise<Float64Array> {
  return ((await model.state()) as unknown as { theta: Float64Array }).theta;
}

type Options = Partial<Omit<TrainerOptions, "learner">> & { readonly learner?: ToyLearner };

function startUnscored({ learner: given, ...options }: Options = {}): Run {
  const own = given ?? learner();
  const trainer = createTrainer({
    learner: own,
    dataset,
    sampler: onlineBatchSelection(),
    weighting: unbiased(),
    estimator: plain(),
    gate: always(),
    batchSize: 12,
    presample: 60,
    seed: 5,
    ...options,
  });
  return { trainer, learner: own };
}

function start(options: Options = {}): Run {
  return startUnscored({ sampler: proportional(), scorer: upperBound(), ...options });
}

/** Everything about an event but its time. */
function timeless(events: readonly UnequalEvent[]): unknown[] {
  return events.map(({ seconds: _, ...event }) => {
    const copy = structuredClone(event) as Record<string, unknown>;
    delete copy.durations;
    if (copy.progress !== undefined) copy.progress = { ...(copy.progress as object), seconds: 0 };
    return copy;
  });
}

function recorded(trainer: Trainer): UnequalEvent[] {
  const events: UnequalEvent[] = [];
  for (const type of ["batch:scored", "batch:selected", "step:end", "schedule:switched"] as const)
    trainer.events.on(type, (event) => events.push(event));
  return events;
}

const inexpensive = tau({ costs: { score: 0.1, step: 1 }, dwell: 2 });

const setups: readonly (readonly [string, () => Run])[] = [
  ["proportional, always", () => start()],
  [
    "adaptive, multinomial",
    () => start({ sampler: adaptive({ of: proportional({ draw: "multinomial" }) }) }),
  ],
  ["selective backprop", () => start({ sampler: selectiveBackprop(), weighting: none() })],
  ["info-batch", () => startUnscored({ sampler: infoBatch({ until: "90up" }) })],
  [
    "prune",
    () =>
      startUnscored({
        sampler: prune({ scorer: el2n(), keep: 0.8, at: "20up" }),
        weighting: none(),
      }),
  ],
  ["proportional, tau", () => start({ gate: inexpensive })],
  ["svrg with importance", () => start({ estimator: svrg({ every: 15 }) })],
  ["saga with importance", () => start({ estimator: saga() })],
  ["scsg with importance", () => start({ estimator: scsg({ size: 100 }) })],
  ["katyusha with importance", () => start({ estimator: katyusha({ every: 15 }) })],
  [
    "saga, linear, on examples drawn in two stages",
    () => startUnscored({ estimator: saga(), learner: learner(0) }),
  ],
  ["online batch selection, unbiased", () => startUnscored()],
  ["online batch selection, unweighted", () => startUnscored({ weighting: none() })],
  [
    "online batch selection, recomputing",
    () => startUnscored({ sampler: onlineBatchSelection({ recompute: "0.5ep", share: 0.3 }) }),
  ],
  ["proportional, poisson", () => start({ sampler: proportional({ draw: "poisson" }) })],
  ["lipschitz", () => startUnscored({ sampler: lipschitz({ loss: "softmax", uniform: 0.5 }) })],
  ["history", () => startUnscored({ sampler: history({ recompute: "1ep" }) })],
  ["per class", () => startUnscored({ sampler: perClass() })],
  ["cached", () => startUnscored({ sampler: cached() })],
  ["stale norms", () => startUnscored({ sampler: staleNorms({ share: 0.05, staleness: 30 }) })],
  ["laber", () => start({ sampler: laber({ of: history() }) })],
];

describe.each(setups)("%s", (_, given) => {
  test("learns, and frees all that it took", async () => {
    const { trainer, learner: model } = given();
    const before = await model.evaluate(dataset);
    await trainer.run({ epochs: 10 });
    const after = await model.evaluate(dataset);
    expect(after.loss).toBeLessThan(0.97 * before.loss);
    expect(after.metrics.error).toBeLessThan(before.metrics.error as number);
    await trainer.dispose();
    expect(model.alive()).toBe(0);
  });

  test("repeats itself under the same seed", async () => {
    const runs = await Promise.all(
      [given(), given()].map(async ({ trainer }) => {
        const events = recorded(trainer);
        await trainer.run({ updates: 50 });
        return timeless(events);
      }),
    );
    expect(runs[0]).toEqual(runs[1]);
    expect(runs[0]?.length).toBeGreaterThan(50);
  });

  test("continues bit for bit from a saved state", async () => {
    for (const updates of [3, 33]) {
      const first = given();
      await first.trainer.run({ updates });
      const state = structuredClone(await first.trainer.state());
      const second = given();
      await second.trainer.restore(state);
      const events = [first, second].map(({ trainer }) => recorded(trainer));
      await first.trainer.run({ updates: updates + 30 });
      await second.trainer.run({ updates: updates + 30 });
      expect(timeless(events[1] ?? [])).toEqual(timeless(events[0] ?? []));
      expect((await second.learner.state()).theta).toEqual((await first.learner.state()).theta);
    }
  });
});

test("importance sampling lowers the variance of a step by the gain that was predicted, or more", async () => {
  const size = 2400;
  const weights = Float32Array.from({ length: size }, (_, id) => (id % 8 === 7 ? 4 : 0.5));
  const uneven = toyDataset({ size, features: 6, outputs: 3, weights });
  // Near the optimum, where the mean gradient does not hide the variance.
  const settled = toyLearner({ features: 6, outputs: 3, learningRate: 0.3 });
  const whole = { dataset: uneven, batchSize: size, presample: size, sampler: uniform() };
  const { trainer } = startUnscored({ ...whole, gate: never(), learner: settled });
  await trainer.run({ updates: 60 });
  const state = await settled.state();
  const gains: number[] = [];
  /** Tr Var of one update of plain SGD, over seeds. */
  const variance = async (gate: Spec<"gate">): Promise<number> => {
    const draws = 600;
    const sums = new Float64Array(21);
    let squares = 0;
    for (let seed = 0; seed < draws; seed++) {
      const model = toyLearner({ features: 6, outputs: 3 });
      await model.restore(state);
      const before = await thetaOf(model);
      const run = start({ dataset: uneven, scorer: gradientNorm(), gate, seed, learner: model });
      run.trainer.events.on("batch:scored", ({ estimate }) => {
        if (estimate !== undefined) gains.push(estimate.gain);
      });
      await run.trainer.step();
      (await thetaOf(model)).forEach((value, at) => {
        const move = value - (before[at] as number);
        sums[at] = (sums[at] as number) + move;
        squares += move * move;
      });
    }
    return squares / draws - sums.reduce((total, sum) => total + (sum / draws) ** 2, 0);
  };
  const ratio = (await variance(never())) / (await variance(always()));
  const predicted = gains.reduce((sum, each) => sum + each, 0) / gains.length;
  // Groups of only twelve scores make tau, and so the gain, look smaller than it is; B/b bounds it. The ratio
  // itself is known to about a tenth.
  expect(predicted).toBeGreaterThan(2);
  expect(ratio).toBeGreaterThan(0.9 * predicted);
  expect(ratio).toBeLessThan(1.1 * (60 / 12));
});

test("the tau gate switches importance sampling on where the scores are uneven", async () => {
  const { trainer } = start({ gate: inexpensive });
  const switches: UnequalEvent<"schedule:switched">[] = [];
  trainer.events.on("schedule:switched", (event) => switches.push(event));
  await trainer.run({ epochs: 10 });
  expect(switches[0]?.importance).toBe(true);
  expect(trainer.importanceSteps).toBeGreaterThan(0);
});

test("an estimator is told the first stage's weights, which the losses of its batch hold", async () => {
  let weighted = 0;
  const spy = defineEstimator({
    name: "spy",
    summary: "Plain steps, looked at.",
    setup: () => ({
      state: async () => ({ version: 1 }),
      restore: async () => undefined,
      step: async ({
        learner: model,
        ids,
        weights = new Float32Array(),
        noise,
        signals,
        ...rows
      }) => {
        const host = await dataset.take(ids, new Uint32Array(ids.length));
        const batch = model.upload(host);
        const { loss } = await model.compute(["loss"], batch);
        batch.dispose();
        const result = await model.step(rows, { noise, signals });
        weights.forEach((weight, row) => {
          if (weight !== 1) weighted += 1;
          expect(result.signals.loss?.[row]).toBeCloseTo(weight * (loss?.[row] as number), 4);
        });
        return result;
      },
      dispose: () => undefined,
    }),
  })();
  const sampler = onlineBatchSelection({ pressure: 20, sortEvery: 3 });
  const { trainer } = startUnscored({ sampler, estimator: spy, learner: learner(0) });
  await trainer.run({ epochs: 3 });
  expect(weighted).toBeGreaterThan(100);
});

test("every part can be named in a config", async () => {
  const registry = new Registry([samplersPlugin, schedulersPlugin]);
  const { trainer } = start({
    registry,
    sampler: { name: "power", of: { name: "additive", of: "proportional", constant: 0.1 } },
    scorer: "upper-bound",
    weighting: { name: "biased-k", k: 0.8 },
    estimator: "svrg",
    gate: "always",
  });
  await trainer.run({ updates: 3 });
  expect(registry.entries().filter(({ plugin }) => plugin === "@unequal/samplers")).toHaveLength(
    samplersPlugin.parts.length,
  );
  await trainer.dispose();
});

test("a sampler that does not draw by score refuses a scorer", () => {
  expect(() => start({ sampler: uniform() })).toThrow(
    expect.objectContaining({ code: "SCORER_UNUSED" }),
  );
});

describe("bad input is a coded error", () => {
  const scoring = (value: number, from: number) =>
    defineScorer({
      name: "faulty",
      summary: "Scores one candidate wrongly from some update on.",
      facts: { requires: ["loss"] },
      setup: () => ({
        score: ({ signals, scoredAt }) =>
          (signals.loss as Float32Array).map((loss, row) =>
            row === 7 && scoredAt >= from ? value : loss,
          ),
      }),
    })();

  test.each([NaN, Infinity, -1])("a score of %f names the example", async (value) => {
    const { trainer } = start({ scorer: scoring(value, 2) });
    await trainer.run({ updates: 2 });
    const { trainer: skipping } = start({ scorer: scoring(value, 2), nonFinite: "skip" });
    const skipped: number[] = [];
    skipping.events.on("batch:scored", (event) => skipped.push(event.skipped));
    await skipping.run({ updates: 3 });
    expect(skipped).toEqual([0, 0, 1]);
    await expect(trainer.step()).rejects.toThrow(
      expect.objectContaining({
        code: "SCORE_NOT_FINITE",
        message: expect.stringMatching(/example \d+ scored/) as string,
      }),
    );
  });

  test("a batch larger than its pool", () => {
    expect(() => start({ batchSize: 61 })).toThrow(
      expect.objectContaining({ code: "BATCH_LARGER_THAN_POOL" }),
    );
  });

  test("a pool that shrinks below the batch still trains, without bias", async () => {
    const few = defineScorer({
      name: "few",
      summary: "Scores five candidates only.",
      setup: () => ({
        score: ({ ids }) => Float32Array.from(ids, (_, row) => (row < 5 ? 1 : NaN)),
      }),
    })();
    const { trainer } = start({ scorer: few, nonFinite: "skip" });
    let sum = 0;
    trainer.events.on("batch:selected", ({ coefficients }) => {
      sum = coefficients.reduce((total, coefficient) => total + coefficient, 0);
    });
    await trainer.step();
    // Five equal scores: 12 draws of 5 rows, each 1 / (5 · 12/5).
    expect(sum).toBeCloseTo(1, 6);
  });
});
