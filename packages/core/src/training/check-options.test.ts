import { describe, expect, test } from "vitest";
import { defineSampler, defineScorer, defineWeighting } from "../plugin/part.js";
import { always } from "../schedulers/gates/always.js";
import { constantTime } from "../schedulers/sizers/constant-time.js";
import { tau } from "../schedulers/gates/tau.js";
import { toyDataset } from "../testing/toy-dataset.js";
import { toyLearner } from "../testing/toy-learner.js";
import { TOKENS } from "./tokens.js";
import { createTrainer } from "./create-trainer.js";
import type { TrainerOptions } from "./trainer-options.js";
import { selectEvery } from "./draws/select-every.js";
import { stateless } from "../state/stateless.js";
import { toyEstimator } from "../testing/toy-estimator.js";

/** Draws by score, and does not say how. */
const lawless = defineSampler({
  name: "lawless",
  summary: "Every candidate, by score.",
  facts: { scored: true },
  setup: () => ({ ...stateless("lawless"), select: selectEvery }),
})();

const whole: TrainerOptions = {
  learner: toyLearner(),
  dataset: toyDataset(),
  sampler: lawless,
  scorer: defineScorer({
    name: "ones",
    summary: "Ones.",
    setup: () => ({ score: ({ ids }) => new Float32Array(ids.length).fill(1) }),
  })(),
  weighting: defineWeighting({
    name: "equal",
    summary: "1 / planned.",
    setup: () => ({
      coefficients: ({ rows, planned }) => new Float64Array(rows.length).fill(1 / planned),
    }),
  })(),
  estimator: toyEstimator(),
  gate: always(),
  batchSize: 4,
};

function refusal(code: string, message: RegExp): Error {
  return expect.objectContaining({
    code,
    message: expect.stringMatching(message) as string,
  }) as Error;
}

describe("createTrainer without a part that it needs", () => {
  const roles = ["learner", "dataset", "sampler", "weighting", "estimator", "gate"] as const;

  test.each(roles)("%s says which, and what to give", (role) => {
    const { [role]: _, ...rest } = whole;
    const message = new RegExp(`a ${role} is needed, but \`${role}\` is undefined: .*\`.*\\(`);
    expect(() => createTrainer(rest as TrainerOptions)).toThrow(refusal("OPTION_INVALID", message));
    expect(() => createTrainer({ ...whole, [role]: null })).toThrow(
      refusal("OPTION_INVALID", new RegExp(`\`${role}\` is null`)),
    );
  });

  test("a batch size, or options at all, says so", () => {
    const { batchSize: _, ...rest } = whole;
    expect(() => createTrainer(rest as TrainerOptions)).toThrow(
      refusal("OPTION_INVALID", /option "batchSize"/),
    );
    expect(() => createTrainer(undefined as never)).toThrow(
      refusal("OPTION_INVALID", /Needed: learner, dataset, sampler, weighting, estimator, gate/),
    );
  });

  test("takes it for given where it is provided", async () => {
    const { learner, dataset, ...rest } = whole;
    const provide = [
      [TOKENS.learner, learner],
      [TOKENS.dataset, dataset],
    ] as never;
    const trainer = createTrainer({ ...rest, provide } as unknown as TrainerOptions);
    await trainer.run({ updates: 2 });
    expect(trainer.progress.update).toBe(2);
  });

  test("does not take a model for a learner, or arrays for a dataset", () => {
    expect(() => createTrainer({ ...whole, learner: { layers: [] } as never })).toThrow(
      refusal("OPTION_INVALID", /option "learner": must be a learner: `backend.learner\(model\)`/),
    );
    expect(() => createTrainer({ ...whole, dataset: [[1], [2]] as never })).toThrow(
      refusal("OPTION_INVALID", /option "dataset": must be a dataset: `arrays\(x, y\)`/),
    );
  });
});

test.each<[string, Partial<TrainerOptions>]>([
  ["SCHEDULER_NEEDS_SCORES", { gate: tau() }],
  ["SCHEDULER_NEEDS_SCORES", { sizer: constantTime() }],
])("a sampler that draws by score without a law is told what it lacks: %s", (code, options) => {
  const message = /draws by score but states no law.*Give it `law\(pool, count, progress\)`/;
  expect(() => createTrainer({ ...whole, ...options })).toThrow(refusal(code, message));
});
