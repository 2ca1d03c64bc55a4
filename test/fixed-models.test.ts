import { createLearner } from "@unequal/backends";
import { createTrainer, never, type EventData } from "@unequal/core";
import { arrays } from "@unequal/datasets";
import { plain, svrg, unbiased, uniform } from "@unequal/samplers";
import { ImportanceTraining, type FitOptions, type ImportanceTrainingOptions } from "unequal";
import { beforeAll, describe, expect, test } from "vitest";
import { expectLikeFit } from "./engines/expect-like-fit.js";
import {
  FIXED,
  fixedCase,
  statefulCase,
  statefulInBothDirections,
  validationOf,
} from "./engines/fixed-models.js";
import type { FitCase } from "./engines/output-models.js";
import { ENGINES, startEngine } from "./start-engine.js";

const STATEFUL: Readonly<Record<string, () => FitCase>> = {
  LSTM: () => statefulCase("lstm"),
  GRU: () => statefulCase("gru"),
  Bidirectional: statefulInBothDirections,
};

const quiet = { verbose: 0, shuffle: false, batchSize: FIXED } as const;

/** Fits, and returns the weights and every warning. */
async function fitted(
  { model, x, y }: FitCase,
  options: ImportanceTrainingOptions = {},
  fit: FitOptions = {},
): Promise<{
  readonly weights: number[];
  readonly history: Record<string, number[]>;
  readonly warnings: EventData["warning"][];
}> {
  const training = new ImportanceTraining(model, options);
  const warnings: EventData["warning"][] = [];
  training.on("warning", ({ code, message }) => warnings.push({ code, message }));
  const { history } = await training.fit(x, y, { ...quiet, epochs: 2, ...fit });
  const weights = model.getWeights().flatMap((weight) => [...weight.dataSync()]);
  return { weights, history, warnings };
}

const refused = (text: string) =>
  expect.objectContaining({
    code: "STATEFUL_MODEL",
    message: expect.stringContaining(text) as string,
  }) as Error;

describe.each(ENGINES)("on %s", (engine) => {
  beforeAll(() => startEngine(engine));

  test.each(Object.entries(STATEFUL))(
    "a stateful %s trains as model.fit does, by default",
    async (_, make) => {
      const validation = validationOf(8);
      const fit = { validationData: validation };
      await expectLikeFit(make, { fit, training: { sampler: undefined }, tolerance: 1e-5 });
    },
  );

  test("the state matters: without it other weights come out", async () => {
    const [kept, fresh] = [
      await fitted(statefulCase("lstm")),
      await fitted(statefulCase("lstm", false), { sampler: "uniform" }),
    ];
    const gaps = kept.weights.map((value, at) => Math.abs(value - (fresh.weights[at] as number)));
    expect(Math.max(...gaps)).toBeGreaterThan(1e-3);
  });

  test("uniform training gives way with a warning, which says what is kept", async () => {
    const { warnings, history } = await fitted(statefulCase("gru"), { sizer: "constant-time" });
    expect(warnings.map(({ message }) => message)).toEqual([
      expect.stringMatching(/keeps states .* trained uniformly/),
    ]);
    expect(history).not.toHaveProperty("tau");
  });

  test.each([
    ["a sampler that draws by score", { sampler: "proportional" }, {}, 'sampler "uniform"'],
    ["a scorer", { scorer: "loss" }, {}, 'sampler "uniform"'],
    ["another batch size", {}, { batchSize: 6 }, "batchSize: 4"],
    ["examples that make no whole batches", {}, { validationSplit: 0.1 }, "multiple of"],
    ["validation in part of a batch", {}, { validationData: validationOf(6) }, "6 for validation"],
  ] as const)("before the first step it refuses %s", async (_, options, fit, text) => {
    const make = statefulCase("lstm");
    const before = make.model.getWeights().map((weight) => [...weight.dataSync()]);
    await expect(fitted(make, options, fit as FitOptions)).rejects.toThrow(refused(text));
    expect(make.model.getWeights().map((weight) => [...weight.dataSync()])).toEqual(before);
  });

  test("an estimator with passes of its own is refused, and signals that would change the state", async () => {
    const { model, x, y } = statefulCase("lstm");
    const learner = createLearner(model);
    const dataset = arrays(x, y);
    const parts = { learner, dataset, weighting: unbiased(), gate: never(), batchSize: FIXED };
    const trainer = createTrainer({ ...parts, sampler: uniform(), estimator: svrg() });
    await expect(trainer.run({ updates: 1 })).rejects.toThrow(refused("estimator"));
    const batch = learner.upload(
      await dataset.take(Uint32Array.of(0, 1, 2, 3), new Uint32Array(4)),
    );
    await expect(learner.compute(["loss"], batch)).rejects.toThrow(refused("uniform"));
    expect(() => createTrainer({ ...parts, sampler: uniform(), estimator: plain() })).not.toThrow();
  });

  test("a model that insists on a batch size trains as model.fit does", async () => {
    const validationData = validationOf(8);
    await expectLikeFit(() => fixedCase(true), { fit: { validationData }, tolerance: 1e-5 });
  });

  test.each([
    ["by the upper bound", { gate: "always", presample: 10 }],
    ["by exact gradient norms", { gate: "always", presample: 10, scorer: "gradient-norm" }],
    ["by SVRG", { sampler: "uniform", estimator: svrg() }],
  ] as const)(
    "%s, with parts of batches to train and validate on, it is the model of any batch size",
    async (_, options) => {
      const validationData = validationOf(7);
      const fit = { batchSize: 6, epochs: 2, shuffle: true, validationData };
      const [fixed, free] = [
        await fitted(fixedCase(true, 22), options, fit),
        await fitted(fixedCase(false, 22), options, fit),
      ];
      fixed.weights.forEach((value, at) =>
        expect(Math.abs(value - (free.weights[at] as number))).toBeLessThan(1e-5),
      );
      for (const [name, values] of Object.entries(free.history))
        values.forEach((value, at) =>
          expect(Math.abs((fixed.history[name]?.[at] as number) - value)).toBeLessThan(1e-4),
        );
    },
  );
});
