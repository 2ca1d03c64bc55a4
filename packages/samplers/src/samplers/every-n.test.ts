import { always, createTrainer, type Sampler } from "@unequal/core";
import { setUpPart, toyDataset, toyLearner, toyProgress } from "@unequal/core/testing";
import { expect, test } from "vitest";
import { plain } from "../estimators/plain.js";
import { everyN } from "./every-n.js";
import { onlineBatchSelection } from "./online-batch-selection.js";
import { proportional } from "./proportional.js";
import { uniform } from "./uniform.js";
import { unbiased } from "../weightings/unbiased.js";

const N = 12;

function start(options: Parameters<typeof everyN>[0] = {}, seed = 0): Sampler {
  const { role } = setUpPart(everyN({ candidates: 5, ...options }), { seed });
  role.bind?.({ size: N });
  return role;
}

/** Asks for candidates and scores what is asked for by id + 1, in two chunks, as a trainer does. */
function renew(sampler: Sampler, update: number): readonly number[] {
  const ids = sampler.refresh?.(toyProgress(update)) ?? new Uint32Array(0);
  for (const chunk of [ids.slice(0, 3), ids.slice(3)])
    sampler.observe?.({
      ids: chunk,
      signals: { "upper-bound": Float32Array.from(chunk, (id) => id + 1) },
      scoredAt: update,
    });
  return [...ids];
}

test("scores candidates every n updates, each example once in a pass", () => {
  const sampler = start({ updates: 3, candidates: 4 });
  const asked = Array.from({ length: 9 }, (_, update) => renew(sampler, update));
  expect(asked.map(({ length }) => length)).toEqual([4, 0, 0, 4, 0, 0, 4, 0, 0]);
  const dealt = asked.flat().sort((a, b) => a - b);
  expect(dealt).toEqual(Array.from({ length: N }, (_, id) => id));
});

test("draws from the candidates alone, in proportion to their scores", () => {
  const sampler = start();
  const pool = renew(sampler, 0);
  const total = pool.reduce((sum, id) => sum + id + 1, 0);
  for (const update of [0, 1]) {
    const proposal = sampler.propose?.(3, toyProgress(update)) ?? expect.fail();
    expect([proposal.planned, proposal.population]).toEqual([3, N]);
    proposal.rows.forEach((id, at) => {
      expect(pool).toContain(id);
      expect(proposal.expected?.[at]).toBeCloseTo((3 * (id + 1) * 5) / total / N, 6);
    });
  }
});

test("does not mistake rows that were trained on for candidates", () => {
  const sampler = start();
  renew(sampler, 0);
  const state = structuredClone(sampler.state());
  const signals = { "upper-bound": Float32Array.of(9) };
  sampler.observe?.({ ids: Uint32Array.of(1), signals, scoredAt: 0 });
  expect(sampler.state()).toEqual(state);
});

test("the first batch of a pool is unbiased: E[Σ of an id's coefficients] = 1/N over pools", () => {
  const repeats = 20_000;
  const sums = new Float64Array(N);
  const squares = new Float64Array(N);
  const sampler = start({ updates: 1 });
  for (let update = 0; update < repeats; update++) {
    renew(sampler, update);
    const { rows, expected } = sampler.propose?.(3, toyProgress(update)) ?? expect.fail();
    const found = new Float64Array(N);
    rows.forEach((id, at) => (found[id] = (found[id] as number) + 1 / (N * (expected?.[at] ?? 0))));
    found.forEach((value, id) => {
      sums[id] = (sums[id] as number) + value;
      squares[id] = (squares[id] as number) + value ** 2;
    });
  }
  sums.forEach((sum, id) => {
    const mean = sum / repeats;
    // Pools of one order exclude each other, so that this error is, if anything, too large. Five of them.
    const error = Math.sqrt(((squares[id] as number) / repeats - mean ** 2) / repeats);
    expect(Math.abs(mean - 1 / N)).toBeLessThan(5 * error);
    expect(error).toBeLessThan(0.05 / N);
  });
});

test("trains, scoring every third update", async () => {
  const trainer = createTrainer({
    learner: toyLearner(),
    dataset: toyDataset({ size: 60 }),
    sampler: everyN({ of: proportional({ draw: "stratified" }), updates: 3, candidates: 20 }),
    weighting: unbiased(),
    estimator: plain(),
    gate: always(),
    batchSize: 4,
    presample: 8,
  });
  const drawn: number[][] = [];
  trainer.events.on("batch:selected", ({ ids }) => drawn.push([...ids]));
  await trainer.run({ updates: 9 });
  for (const from of [0, 3, 6])
    expect(new Set(drawn.slice(from, from + 3).flat()).size).toBeLessThanOrEqual(12);
  expect(drawn.flat().length).toBe(36);
});

test.each([uniform(), onlineBatchSelection()])("refuses to draw by $name", (of) => {
  expect(() => setUpPart(everyN({ of }))).toThrow(
    expect.objectContaining({ code: "OPTION_INVALID" }),
  );
});
