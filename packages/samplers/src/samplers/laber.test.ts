import {
  always,
  createRandom,
  createTrainer,
  defineScorer,
  Registry,
  type Pool,
  type Sampler,
  type Spec,
} from "@unequal/core";
import { setUpPart, toyDataset, toyLearner, toyProgress } from "@unequal/core/testing";
import { describe, expect, test } from "vitest";
import { plain } from "../estimators/plain.js";
import { history } from "./history.js";
import { laber } from "./laber.js";
import { lipschitz } from "./lipschitz.js";
import { onlineBatchSelection } from "./online-batch-selection.js";
import { proportional } from "./proportional.js";
import { samplersPlugin } from "../samplers-plugin.js";
import { upperBound } from "../scorers/upper-bound.js";
import { uniform } from "./uniform.js";
import { unbiased } from "../weightings/unbiased.js";

const N = 16;
const B = 8;
const b = 3;
const importances = Array.from({ length: N }, (_, id) => 1 + (id % 5));
/** What the examples score now, unlike what the first stage knows. */
const scores = Float32Array.from({ length: N }, (_, id) => 1 + ((7 * id) % N) / 4);

/** Makes the pool of a proposal as the trainer does: scores carry the weight of the first stage. */
function poolOf(ids: Int32Array, weights: Float64Array): Pool {
  return {
    ids: Uint32Array.from(ids),
    keys: new Uint32Array(ids.length),
    weights: Float32Array.from(weights),
    signals: {},
    scores: Float32Array.from(ids, (id, row) => (scores[id] as number) * (weights[row] as number)),
    scoredAt: 0,
  };
}

/** Σ coefficient · first-stage weight of each id in one step. */
function totals(sampler: Sampler): Float64Array {
  const proposal = sampler.propose?.(B, toyProgress(0)) ?? expect.fail("must propose");
  const first = Float64Array.from(proposal.expected ?? [], (e) => B / (N * e));
  const pool = poolOf(proposal.rows, first);
  const { rows, expected, population } = sampler.select(pool, b, toyProgress(0));
  const sums = new Float64Array(N);
  rows.forEach((row, at) => {
    const id = pool.ids[row] as number;
    const coefficient = 1 / (population * (expected?.[at] as number));
    sums[id] = (sums[id] as number) + coefficient * (first[row] as number);
  });
  return sums;
}

describe.each([
  ["systematic", proportional()],
  ["poisson", proportional({ draw: "poisson" })],
])("two stages, then %s", (_, then) => {
  test("E[Σ coefficient · first-stage weight] = 1/N for every id", () => {
    const { role } = setUpPart(laber({ of: lipschitz({ importances }), then }));
    role.bind?.({ size: N });
    const draws = 20_000;
    const sums = new Float64Array(N);
    const squares = new Float64Array(N);
    for (let draw = 0; draw < draws; draw++)
      totals(role).forEach((value, id) => {
        sums[id] = (sums[id] as number) + value;
        squares[id] = (squares[id] as number) + value * value;
      });
    sums.forEach((sum, id) => {
      const mean = sum / draws;
      const error = Math.sqrt(((squares[id] as number) / draws - mean ** 2) / draws);
      // Five standard errors for each of 16 ids: by Bonferroni's correction wrong once in 100,000.
      expect(Math.abs(mean - 1 / N)).toBeLessThan(5 * error);
      expect(error).toBeLessThan(0.05 / N);
    });
  });
});

test("both stages learn from the rows trained on, and come back from a state", () => {
  const start = () => {
    const { role } = setUpPart(laber({ of: onlineBatchSelection() }));
    role.bind?.({ size: N });
    return role;
  };
  const sampler = start();
  expect(sampler.requires).toEqual(["loss"]);
  sampler.observe?.({
    ids: Uint32Array.from({ length: N }, (_, id) => id),
    signals: { loss: scores.slice() },
    scoredAt: 0,
  });
  const again = start();
  again.restore(sampler.state());
  // The first pass is over for both: ids come again.
  for (const role of [sampler, again])
    expect(role.propose?.(100, toyProgress(0)).rows.length).toBe(100);
});

test("without a first stage candidates come in the dataset's order, and the tau gate has its law", () => {
  const { role } = setUpPart(laber());
  expect(role.propose).toBeUndefined();
  expect(role.law).toBeDefined();
});

test.each<[string, Spec<"sampler"> | undefined, Spec<"sampler"> | undefined]>([
  ["a first stage that names no ids", uniform(), undefined],
  ["a first stage that needs scores", laber(), undefined],
  ["a second stage that needs none", undefined, uniform()],
  ["a second stage that names ids", undefined, onlineBatchSelection()],
])("refuses %s", (_, of, then) => {
  const given = { ...(of && { of }), ...(then && { then }) };
  expect(() => setUpPart(laber(given))).toThrow(
    expect.objectContaining({ code: "OPTION_INVALID" }),
  );
});

test("trains, named in a config: B candidates are scored, b trained on", async () => {
  const trainer = createTrainer({
    learner: toyLearner(),
    dataset: toyDataset(),
    sampler: { name: "laber", of: "online-batch-selection", then: "proportional" },
    scorer: upperBound(),
    weighting: unbiased(),
    estimator: plain(),
    gate: always(),
    batchSize: b,
    presample: B,
    registry: new Registry([samplersPlugin]),
    seed: createRandom(1).seed(),
  });
  const sizes: [scored: number, drawn: number][] = [];
  let scored = 0;
  trainer.events.on("batch:scored", ({ ids }) => (scored = ids.length));
  trainer.events.on("batch:selected", ({ ids }) => sizes.push([scored, ids.length]));
  await trainer.run({ updates: 30 });
  for (const [candidates, drawn] of sizes) {
    expect(candidates).toBeLessThanOrEqual(B);
    expect(drawn).toBeLessThanOrEqual(b);
  }
  expect(sizes.at(-1)?.[0]).toBe(B);
});

describe("history as the first stage learns its uniform share from rows that the second drew", () => {
  const size = 64;
  const wanted = Float64Array.from({ length: size }, (_, id) => Math.exp(((13 * id) % size) / 16));

  /** Scores by id alone, or another id's every time. */
  const scorer = (steady: boolean) =>
    defineScorer({
      name: "by-id",
      summary: "Scores by id.",
      facts: { requires: ["loss"] },
      setup: (__, { random }) => ({
        score: ({ ids }) =>
          Float32Array.from(ids, (id) => wanted[steady ? id : random.integer(size)] as number),
      }),
    })();

  async function lastFigures(steady: boolean): Promise<Record<string, number>> {
    const of = history({ scorer: scorer(steady), uniform: 0.2, momentum: 0.998 });
    const trainer = createTrainer({
      learner: toyLearner(),
      dataset: toyDataset({ size }),
      sampler: laber({ of }),
      scorer: upperBound(),
      weighting: unbiased(),
      estimator: plain(),
      gate: always(),
      batchSize: 8,
      presample: 24,
    });
    let last: Record<string, number> = {};
    trainer.events.on("part:figures", ({ figures }) => (last = { ...figures }));
    await trainer.run({ updates: 1500 });
    return last;
  }

  test("the least where scores stay as they were, with the true tau of its draws", async () => {
    const { uniform: share, tau = 0, known } = await lastFigures(true);
    expect([share, known]).toEqual([0.2, 1]);
    const mean = (values: Float64Array): number => values.reduce((sum, each) => sum + each) / size;
    const ratio = wanted.map((score) => score ** 2 / (0.2 + (0.8 * score) / mean(wanted)));
    const truth = mean(wanted.map((score) => score ** 2)) / mean(ratio);
    expect(tau / truth).toBeGreaterThan(0.95);
    expect(tau / truth).toBeLessThan(1.05);
  });

  test("all where they have nothing to do with what they were", async () => {
    const { uniform: share, tau } = await lastFigures(false);
    expect(share).toBeGreaterThan(0.9);
    expect(tau).toBeCloseTo(1, 1);
  });
});
