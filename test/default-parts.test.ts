import * as tf from "@tensorflow/tfjs";
import { ImportanceTraining, type FitOptions, type ImportanceTrainingOptions } from "unequal";
import { beforeAll, describe, expect, test } from "vitest";
import { waves } from "./engines/fixed-models.js";
import { ENGINES, startEngine } from "./start-engine.js";

const SIZE = 40;

/** A linear model of the absolute error, whose gradient at the output has the same norm for every example. */
function absolute(): tf.LayersModel {
  const model = tf.sequential({
    layers: [tf.layers.dense({ units: 1, inputShape: [3], kernelInitializer: "ones" })],
  });
  model.compile({ optimizer: tf.train.sgd(0.05), loss: "meanAbsoluteError" });
  return model;
}

async function fit(options: ImportanceTrainingOptions = {}, given: FitOptions = {}) {
  const training = new ImportanceTraining(absolute(), options);
  const [warnings, scorers]: [string[], unknown[]] = [[], []];
  training.on("warning", ({ message }) => warnings.push(message));
  training.on("run:start", ({ parts }) => scorers.push(parts["scorer"]));
  const [x, y] = [waves(SIZE, [3]), waves(SIZE, [1])];
  const { history } = await training.fit(x, y, { verbose: 0, batchSize: 8, epochs: 4, ...given });
  return { history, warnings, scorers };
}

describe.each(ENGINES)("the absolute error of a linear head on %s", (engine) => {
  beforeAll(() => startEngine(engine));

  test("trains by default, as model.fit does, with a warning that says why", async () => {
    const { history, warnings, scorers } = await fit({}, { shuffle: false });
    expect(warnings).toEqual([
      expect.stringMatching(/"upper-bound" .* same gradient norm .* trained uniformly/),
    ]);
    expect(scorers).toEqual([null]);
    const options = { verbose: 0, batchSize: 8, epochs: 4, shuffle: false } as const;
    const wanted = await absolute().fit(waves(SIZE, [3]), waves(SIZE, [1]), options);
    wanted.history["loss"]?.forEach((loss, epoch) =>
      expect(Math.abs((history["loss"]?.[epoch] as number) - (loss as number))).toBeLessThan(1e-5),
    );
  });

  test("with a gate that was named, uniform training is under that gate", async () => {
    const { scorers } = await fit({ gate: "never" });
    expect(scorers).toEqual([null]);
    await expect(fit({ gate: "tau" })).rejects.toThrow(
      expect.objectContaining({ code: "SCHEDULER_NEEDS_SCORES" }) as Error,
    );
  });

  test("keeps the upper bound where examples have weights, which it ranks by", async () => {
    const sampleWeight = tf.tensor1d(Array.from({ length: SIZE }, (_, at) => 1 + (at % 3)));
    const { warnings, scorers } = await fit({}, { sampleWeight });
    expect([warnings, scorers]).toEqual([[], ["upper-bound"]]);
  });

  test("a scorer that was named stays an error, with advice that is taken", async () => {
    const named = fit({ scorer: "upper-bound" });
    await expect(named).rejects.toThrow(
      expect.objectContaining({ code: "SIGNAL_UNAVAILABLE" }) as Error,
    );
    await expect(named).rejects.not.toThrow(/weighted: true/);
    await expect(named).rejects.toThrow(/Use the scorer "gradient-norm"/);
    expect((await fit({ scorer: "gradient-norm" })).scorers).toEqual(["gradient-norm"]);
  });

  test.each(["proportional", "laber"])(
    "the sampler %s that was named keeps drawing, by loss",
    async (sampler) => {
      const { scorers, warnings } = await fit({ sampler, gate: "always" });
      expect(scorers).toEqual(["loss"]);
      expect(warnings.filter((message) => message.includes("upper-bound"))).toHaveLength(1);
    },
  );
});
