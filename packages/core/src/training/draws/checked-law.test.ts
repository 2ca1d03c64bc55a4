import { describe, expect, test } from "vitest";
import type { Sampler } from "../../contracts/sampler.js";
import type { DrawLaw } from "../../contracts/selection.js";
import { defineSampler, defineScorer, defineWeighting } from "../../plugin/part.js";
import { tau } from "../../schedulers/gates/tau.js";
import { honest, scoresOf, shares } from "../../testing/honest-sampler.js";
import { toyDataset } from "../../testing/toy-dataset.js";
import { toyLearner } from "../../testing/toy-learner.js";
import { createTrainer } from "../create-trainer.js";
import { toyEstimator } from "../../testing/toy-estimator.js";

const unbiased = defineWeighting({
  name: "unbiased",
  summary: "1 / (population · expected).",
  setup: () => ({
    coefficients: ({ expected = new Float64Array(), population }) =>
      expected.map((e) => 1 / (population * e)),
  }),
});
const loss = defineScorer({
  name: "loss",
  summary: "The loss.",
  facts: { requires: ["loss"] },
  setup: () => ({
    score: ({ signals }) => (signals.loss as Float32Array).slice(),
  }),
});

/** Trains by the tau gate on b = 5 of B = 16: groups of 5 candidates, 25/16 rows of each. Returns the taus. */
async function train(law: Sampler["law"]): Promise<number[]> {
  const sampler = defineSampler({
    name: "lawful",
    summary: "By its scores.",
    facts: { scored: true },
    setup: (_, context) => ({ ...honest(context), ...(law && { law }) }),
  });
  const trainer = createTrainer({
    learner: toyLearner(),
    dataset: toyDataset({ size: 40 }),
    sampler: sampler(),
    scorer: loss(),
    weighting: unbiased(),
    estimator: toyEstimator(),
    gate: tau({ costs: { backward: 2 } }),
    batchSize: 5,
    presample: 16,
  });
  const taus: number[] = [];
  trainer.events.on("step:end", ({ estimate }) => {
    if (estimate !== undefined) taus.push(estimate.tau);
  });
  await trainer.run({ updates: 8 });
  return taus;
}

function stating(expected: (p: number, count: number) => number): NonNullable<Sampler["law"]> {
  return (pool, count) => ({
    expected: shares(scoresOf(pool)).map((p) => expected(p, count)),
    variance: (e) => e,
  });
}

test("a law that takes fractions trains by the tau gate", async () => {
  const taus = await train(stating((p, count) => count * p));
  expect(taus.length).toBeGreaterThan(0);
  for (const value of taus) expect(value).toBeGreaterThan(1);
});

describe("a law is refused, by name and count, if it", () => {
  test.each<[string, Sampler["law"], RegExp]>([
    [
      "throws at a fraction",
      (pool, count) => ({ expected: new Float64Array(new Array(count)), variance: (e) => e }),
      /"lawful".*count = 1\.5625, threw: Invalid array length/,
    ],
    ["rounds", stating((p, count) => Math.round(count) * p), /1\.5625, must state .* sum to 2/],
    ["states none", stating((p) => p / 0), /must state finite expectations/],
    ["states less than none", stating((p, count) => count * (p - 1)), /must state finite/],
    [
      "leaves rows out",
      () => ({ expected: new Float64Array(2), variance: (e) => e }),
      /an expectation of each of 5 candidates, but returned 2/,
    ],
    ["returns nothing", () => undefined as unknown as DrawLaw, /returned none/],
    [
      "states no variance",
      (pool, count) => ({ expected: shares(scoresOf(pool)).map((p) => count * p) }) as never,
      /must return \{ expected, variance \}/,
    ],
  ])("%s", async (_, law, message) => {
    await expect(train(law)).rejects.toThrow(
      expect.objectContaining({
        code: "LAW_INVALID",
        message: expect.stringMatching(message) as string,
      }),
    );
  });
});
