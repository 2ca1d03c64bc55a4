import { always, createTrainer, type Sampler, type State } from "@unequal/core";
import { setUpPart, toyDataset, toyLearner, toyProgress } from "@unequal/core/testing";
import { describe, expect, test } from "vitest";
import * as remembered from "../../testing/remembering.js";
import { plain } from "../estimators/plain.js";
import { history } from "./history.js";
import { gradientNorm } from "../scorers/gradient-norm.js";
import { loss } from "../scorers/loss.js";
import { unbiased } from "../weightings/unbiased.js";

const N = 10;

function start(options: Parameters<typeof history>[0] = {}): Sampler {
  const { role } = setUpPart(history(options));
  role.bind?.({ size: N });
  return role;
}

const signals = (scores: Float32Array) => ({
  "upper-bound": scores,
  loss: scores.map((score) => score ** 2),
});
const observe = (sampler: Sampler, scores: remembered.Known): void =>
  remembered.observe(sampler, scores, { signals });

const probabilities = (sampler: Sampler): number[] => remembered.probabilities(sampler, N);

function close(values: readonly number[]): number[] {
  return values.map((value) => expect.closeTo(value, 9) as number);
}

describe("p_i = u/N + (1 − u) s_i / Σs", () => {
  test("with all seen, by upper bound and half uniform unless asked otherwise", () => {
    const all = Array.from({ length: N }, (_, id) => [id, id + 1] as const);
    const byBound = start();
    const byLoss = start({ scorer: loss(), uniform: 0 });
    for (const sampler of [byBound, byLoss]) observe(sampler, all);
    expect(probabilities(byBound)).toEqual(close(all.map(([, s]) => 0.5 / N + (0.5 * s) / 55)));
    expect(probabilities(byLoss)).toEqual(close(all.map(([, s]) => s ** 2 / 385)));
  });

  test("the unseen count as the mean of the seen, the latest score of each", () => {
    const sampler = start({ uniform: 0.2 });
    observe(sampler, [
      [3, 1],
      [7, 9],
    ]);
    observe(sampler, [[3, 3]]);
    const scores = Array.from({ length: N }, (_, id) => (id === 3 ? 3 : id === 7 ? 9 : 6));
    expect(probabilities(sampler)).toEqual(close(scores.map((s) => 0.2 / N + (0.8 * s) / 60)));
  });

  test("all alike before anything is seen, and while all that is seen is 0", () => {
    const sampler = start({ uniform: 0 });
    expect(probabilities(sampler)).toEqual(close(Array<number>(N).fill(1 / N)));
    observe(sampler, [[3, 0]]);
    expect(probabilities(sampler)).toEqual(close(Array<number>(N).fill(1 / N)));
  });

  test("no weight exceeds 1/u, however small a score", () => {
    const sampler = start({ uniform: 0.25 });
    observe(sampler, [
      [3, 1e-30],
      [7, 1e30],
    ]);
    const weights = probabilities(sampler).map((p) => 1 / (N * p));
    expect(Math.max(...weights)).toBeCloseTo(4, 9);
  });
});

test("asks for all to be scored again every so often, if told to", () => {
  const asked = (sampler: Sampler, update: number) => sampler.refresh?.(toyProgress(update));
  const sampler = start({ recompute: "10up" });
  expect([0, 9].map((update) => asked(sampler, update))).toEqual([undefined, undefined]);
  expect([...(asked(sampler, 10) ?? [])]).toEqual(Array.from({ length: N }, (_, id) => id));
  expect(asked(sampler, 11)).toBeUndefined();
  // Once, after a stretch of uniform steps.
  expect([55, 56].map((update) => asked(sampler, update)?.length)).toEqual([N, undefined]);
  expect(asked(start(), 1000)).toBeUndefined();
});

test("scores that training passes do not bring need recomputing", () => {
  const observation = {
    ids: Uint32Array.of(1),
    signals: { loss: Float32Array.of(1) },
    scoredAt: 0,
  };
  expect(() => start().observe?.(observation)).toThrow(
    expect.objectContaining({ code: "SIGNAL_UNAVAILABLE" }),
  );
  const recomputing = start({ scorer: gradientNorm(), recompute: "1ep" });
  recomputing.observe?.(observation);
  expect(probabilities(recomputing)).toEqual(close(Array<number>(N).fill(1 / N)));
});

test.each([NaN, Infinity, -1])("a score of %f names its example and breaks nothing", (value) => {
  const sampler = start();
  observe(sampler, [[3, 2]]);
  const before = probabilities(sampler);
  expect(() => observe(sampler, [[4, value]])).toThrow(
    expect.objectContaining({
      code: "SCORE_NOT_FINITE",
      message: expect.stringContaining("example 4 ") as string,
    }),
  );
  expect(probabilities(sampler)).toEqual(before);
});

test("recomputed at each update, it draws by the gradient norms of the present parameters", async () => {
  const learner = toyLearner();
  const dataset = toyDataset({ size: 32 });
  const trainer = createTrainer({
    learner,
    dataset,
    sampler: history({ scorer: gradientNorm(), uniform: 0, recompute: "1up" }),
    weighting: unbiased(),
    estimator: plain(),
    gate: always(),
    batchSize: 4,
    presample: 12,
  });
  await trainer.run({ updates: 5 });
  const ids = Uint32Array.from({ length: 32 }, (_, id) => id);
  const batch = learner.upload(await dataset.take(ids, new Uint32Array(32)));
  const norms = (await learner.compute(["gradient-norm"], batch))["gradient-norm"];
  batch.dispose();
  await trainer.run({ updates: 6 });
  const { parts } = (await trainer.state()) as unknown as { parts: { sampler: State } };
  expect((parts.sampler.memory as State).scores).toEqual(Float64Array.from(norms ?? []));
  expect(learner.alive()).toBe(0);
});
