import {
  always,
  createTrainer,
  defineScorer,
  tau,
  type TrainerOptions,
  type UnequalEvent,
} from "@unequal/core";
import { toyDataset, toyLearner } from "@unequal/core/testing";
import { describe, expect, test } from "vitest";
import {
  additive,
  biased,
  capped,
  history,
  loss,
  none,
  onlineBatchSelection,
  plain,
  prioritized,
  proportional,
  unbiased,
  uniform,
  upperBound,
} from "./index.js";

/** Scores by loss, but for every tenth example, which it takes for done. */
const deceived = (score: number) =>
  defineScorer({
    name: "deceived",
    summary: "The loss, and a constant for every tenth id.",
    facts: { requires: ["loss"] },
    setup: () => ({
      score: ({ ids, signals }) =>
        Float32Array.from(ids, (id, row) =>
          id % 10 === 0 ? score : (signals.loss?.[row] as number),
        ),
    }),
  })();

async function warningsOf(options: Partial<TrainerOptions>, updates = 150) {
  const trainer = createTrainer({
    learner: toyLearner({ features: 4, outputs: 3, learningRate: 0.01 }),
    dataset: toyDataset({ size: 200, features: 4, outputs: 3 }),
    sampler: proportional(),
    scorer: loss(),
    weighting: unbiased(),
    estimator: plain(),
    gate: always(),
    batchSize: 16,
    presample: 80,
    seed: 4,
    ...options,
  });
  const told: UnequalEvent<"warning">[] = [];
  const losses: number[] = [];
  trainer.events.on("warning", (event) => told.push(event));
  trainer.events.on("step:end", (event) => losses.push(event.loss));
  await trainer.run({ updates });
  return { told, losses };
}

describe("weights", () => {
  test("that explode are told of at the step whose loss they blow up", async () => {
    const { told, losses } = await warningsOf({ scorer: deceived(1e-2) });
    expect(told[0]).toMatchObject({ code: "WEIGHTS_EXPLODED" });
    const step = told[0]?.step ?? 0;
    expect(losses[step]).toBeGreaterThan(4);
    expect(losses.slice(0, step).every((value) => value < 4)).toBe(true);
  });

  test.each<[string, Partial<TrainerOptions>]>([
    ["scores that tell the truth", {}],
    ["their bound", { scorer: upperBound() }],
    [
      "smoothed scores",
      { sampler: additive({ of: proportional(), constant: 0.2 }), scorer: deceived(1e-2) },
    ],
    ["a cap", { scorer: deceived(1e-2), weighting: capped() }],
    ["a uniform share", { sampler: history(), scorer: undefined }],
  ])("under %s are not", async (_, options) => {
    const { told } = await warningsOf(options);
    expect(told.filter(({ code }) => code !== "NOTE")).toEqual([]);
  });

  test.each([
    ["at uniform steps", tau({ costs: { score: 2, step: 1 } })],
    ["at importance steps", always()],
  ])("of rows that can never be drawn are told of %s", async (_, gate) => {
    const { told } = await warningsOf({ scorer: deceived(0), gate }, 5);
    expect(told[0]).toMatchObject({ code: "EXAMPLES_UNREACHABLE", step: 0 });
    const zero = await warningsOf({ scorer: deceived(0), gate, weighting: capped() }, 5);
    expect(zero.told.filter(({ code }) => code !== "NOTE")).toEqual([]);
  });
});

describe("a note tells that the run is biased", () => {
  const noteOf = async (options: Partial<TrainerOptions>): Promise<string[]> =>
    (await warningsOf(options, 2)).told.map(({ code, message }) => `${code} ${message}`);

  test.each([
    ["none", none()],
    ["biased-k", biased()],
    ["capped", capped()],
  ])("under the weighting %s, once", async (name, weighting) => {
    const notes = await noteOf({ weighting });
    expect(notes).toEqual([
      expect.stringMatching(
        new RegExp(`^NOTE The sampler "proportional" .* weighting "${name}" .* a bias.*"unbiased"`),
      ) as string,
    ]);
  });

  const unscored = { scorer: undefined as never };
  test.each<[string, Partial<TrainerOptions>]>([
    ["unbiased weights", {}],
    ["uniform draws", { ...unscored, sampler: uniform(), weighting: none() }],
    [
      "a sampler whose paper has no weights",
      { ...unscored, sampler: onlineBatchSelection(), weighting: none() },
    ],
  ])("but not under %s", async (_, options) => {
    expect(await noteOf(options)).toEqual([]);
  });

  test("also where another biased weighting than the sampler's own is chosen", async () => {
    expect((await noteOf({ ...unscored, sampler: prioritized(), weighting: none() })).length).toBe(
      1,
    );
  });
});
