import { always, createTrainer, linear, type Sampler, type UnequalEvent } from "@unequal/core";
import { setUpPart, toyDataset, toyLearner, toyProgress } from "@unequal/core/testing";
import { describe, expect, test } from "vitest";
import { plain } from "../estimators/plain.js";
import { upperBound } from "../scorers/upper-bound.js";
import { secondMoments } from "../memory/second-moments.js";
import { staleNorms } from "./stale-norms.js";
import { unbiased } from "../weightings/unbiased.js";

const N = 10;

function start(options: Parameters<typeof staleNorms>[0] = {}) {
  const bench = setUpPart(staleNorms(options));
  bench.role.bind?.({ size: N });
  return bench;
}

function observe(
  sampler: Sampler,
  norms: readonly (readonly [number, number])[],
  { scoredAt = 0, ...proposed }: { scoredAt?: number; proposed?: true } = {},
): void {
  const values = Float32Array.from(norms, ([, norm]) => norm);
  sampler.observe?.({
    ids: Uint32Array.from(norms, ([id]) => id),
    signals: { "gradient-norm": values, "upper-bound": values },
    ...proposed,
    scoredAt,
  });
}

function probabilities(sampler: Sampler, update = 1): number[] {
  const p = Array<number>(N).fill(0);
  const { rows, expected } = sampler.propose?.(5000, toyProgress(update)) ?? expect.fail();
  rows.forEach((id, at) => (p[id] = (expected?.[at] as number) / 5000));
  return p;
}

function close(values: readonly number[]): number[] {
  return values.map((value) => expect.closeTo(value, 9) as number);
}

function shares(values: readonly number[]): number[] {
  const total = values.reduce((sum, value) => sum + value, 0);
  return values.map((value) => value / total);
}

const all = Array.from({ length: N }, (_, id) => [id, id] as const);

describe("p ∝ s + c", () => {
  test("of all scores, c = 1 by default, or as its schedule has it", () => {
    const { role } = start();
    observe(role, all);
    expect(probabilities(role)).toEqual(close(shares(all.map(([, s]) => s + 1))));
    const { role: scheduled } = start({ constant: linear(0, 8) });
    observe(scheduled, all);
    expect(probabilities(scheduled, 50)).toEqual(close(shares(all.map(([, s]) => s + 4))));
    const { role: bare } = start({ constant: 0 });
    observe(bare, all);
    expect(probabilities(bare)).toEqual(close(shares(all.map(([, s]) => s))));
  });

  test("unknown and stale scores count as the mean of the others", () => {
    const { role } = start({ staleness: 5 });
    observe(role, all, { scoredAt: 0 });
    observe(
      role,
      [
        [2, 8],
        [4, 4],
      ],
      { scoredAt: 3 },
    );
    const kept = Array.from({ length: N }, (_, id) => (id === 2 ? 8 : id === 4 ? 4 : 6) + 1);
    expect(probabilities(role, 5)).not.toEqual(close(shares(kept)));
    expect(probabilities(role, 6)).toEqual(close(shares(kept)));
    expect(probabilities(role, 9)).toEqual(close(Array<number>(N).fill(1 / N)));
  });

  test("all alike while nothing is known, also with c = 0", () => {
    for (const constant of [0, 1])
      expect(probabilities(start({ constant }).role)).toEqual(close(Array<number>(N).fill(1 / N)));
  });
});

test("the rotation names every example once in 1/share steps, in no order of ids", () => {
  const { role } = start({ share: 0.2 });
  const asked = Array.from({ length: 10 }, (_, update) => [
    ...(role.refresh?.(toyProgress(update)) ?? []),
  ]);
  const first = asked.slice(0, 5).flat();
  expect([...first].sort((a, b) => a - b)).toEqual(all.map(([id]) => id));
  expect(first).not.toEqual(all.map(([id]) => id));
  expect(asked.slice(5).flat()).toEqual(first);
  expect(start({ share: 0 }).role.refresh?.(toyProgress(0))).toBeUndefined();
});

describe("monitors", () => {
  function figures(run: (sampler: Sampler) => void, options: Parameters<typeof start>[0] = {}) {
    const { role, events } = start(options);
    const heard: UnequalEvent<"part:figures">[] = [];
    events.on("part:figures", (event) => heard.push(event));
    run(role);
    return heard.map(({ part, figures: found }) => ({ part, ...found }));
  }

  test("compare new norms with the weights that were drawn by: stale s + c, the mean where unknown", () => {
    const [, renewed] = figures(
      (sampler) => {
        sampler.refresh?.(toyProgress(0));
        observe(sampler, [
          [1, 2],
          [2, 6],
        ]);
        observe(sampler, [
          [1, 3],
          [5, 1],
        ]);
      },
      { constant: 0.5 },
    );
    const wanted = secondMoments(Float64Array.of(3, 1), Float64Array.of(2.5, 4.5));
    expect(renewed).toEqual({ part: "stale-norms", ...wanted, known: 0.2 });
  });

  test("leave out rows that were drawn by their scores", () => {
    const heard = figures((sampler) => observe(sampler, [[1, 2]], { proposed: true }));
    expect(heard).toEqual([]);
  });

  test("in training: the proposal lies between ideal and uniform once all are known", async () => {
    const trainer = createTrainer({
      learner: toyLearner({ learningRate: 0.01 }),
      dataset: toyDataset({ size: 60 }),
      sampler: staleNorms({ share: 0.5, constant: 0.01 }),
      weighting: unbiased(),
      estimator: plain(),
      gate: always(),
      batchSize: 6,
      presample: 30,
    });
    const heard: Record<string, number>[] = [];
    trainer.events.on("part:figures", (event) => heard.push(event.figures));
    await trainer.run({ updates: 20 });
    expect(heard.length).toBe(20);
    for (const { ideal, stale, uniform, known } of heard.slice(4)) {
      expect(known).toBe(1);
      expect(ideal).toBeLessThanOrEqual((stale as number) * (1 + 1e-9));
      expect(stale).toBeLessThan(uniform as number);
    }
  });
});

test("free scores of training passes are learned as well, paid ones from the rotation alone", () => {
  const { role } = start({ scorer: upperBound() });
  expect(role.requires).toEqual(["upper-bound"]);
  observe(role, all, { proposed: true });
  expect(probabilities(role)).toEqual(close(shares(all.map(([, s]) => s + 1))));
  const { role: paid } = start();
  paid.observe?.({ ids: Uint32Array.of(1), signals: { loss: Float32Array.of(1) }, scoredAt: 0 });
  expect(probabilities(paid)).toEqual(close(Array<number>(N).fill(1 / N)));
});

test.each([NaN, Infinity, -1])("a norm of %f names its example", (value) => {
  expect(() => observe(start().role, [[4, value]])).toThrow(
    expect.objectContaining({
      code: "SCORE_NOT_FINITE",
      message: expect.stringContaining("example 4 ") as string,
    }),
  );
});
