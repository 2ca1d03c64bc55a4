import * as tf from "@tensorflow/tfjs";
import { ImportanceTraining } from "unequal";
import { beforeAll, describe, expect, test } from "vitest";
import { expectLikeFit } from "./engines/expect-like-fit.js";
import { waves } from "./engines/fixed-models.js";
import { seeded, type FitCase } from "./engines/output-models.js";
import { ENGINES, startEngine } from "./start-engine.js";

interface Compiled {
  readonly loss: string | string[] | Readonly<Record<string, string>>;
  /** tfjs takes lists by name, too, though its types do not. */
  readonly metrics?: tf.ModelCompileArgs["metrics"] | Record<string, string[]>;
}

const squares = (y: tf.Tensor, p: tf.Tensor): tf.Tensor => tf.mean(tf.square(tf.sub(y, p)), -1);

/** One layer with two outputs, next to an output of another layer. */
function twoOfOne({ loss, metrics }: Compiled): FitCase {
  const inputs = [tf.input({ shape: [3] }), tf.input({ shape: [3] })];
  const kernelInitializer = tf.initializers.randomUniform({ minval: -1, maxval: 1, seed: 5 });
  const head = tf.layers.dense({
    units: 2,
    name: "head",
    activation: "sigmoid",
    kernelInitializer,
  });
  const outputs = [
    ...inputs.map((input) => head.apply(input)),
    seeded(1).apply(inputs[0] as tf.SymbolicTensor),
  ];
  const model = tf.model({ inputs, outputs: outputs as tf.SymbolicTensor[] });
  const losses =
    typeof loss === "object" && !Array.isArray(loss)
      ? { ...loss, [model.outputNames[2] as string]: "meanSquaredError" }
      : loss;
  const args = { optimizer: tf.train.sgd(0.1), loss: losses, ...(metrics && { metrics }) };
  model.compile(args as tf.ModelCompileArgs);
  const bits = tf.cast(tf.greater(waves(8, [2]), 0), "float32");
  return {
    model,
    x: [waves(8, [3]), tf.cos(waves(8, [3]))],
    y: [bits, waves(8, [2]), waves(8, [1])],
  };
}

const COMPILED: Readonly<Record<string, Compiled>> = {
  "one loss": { loss: "meanSquaredError" },
  "a list of losses": { loss: ["binaryCrossentropy", "meanSquaredError", "meanAbsoluteError"] },
  "losses by name": { loss: { head: "binaryCrossentropy" } },
  "a list of metrics": { loss: "meanSquaredError", metrics: ["accuracy", "mse", squares] },
  "metrics by name": { loss: "meanSquaredError", metrics: { head: ["mse", "mae"] } },
  "a metric named twice": { loss: "meanSquaredError", metrics: ["mse", "mse"] },
};

describe.each(ENGINES)("on %s", (engine) => {
  beforeAll(() => startEngine(engine));

  test.each(Object.entries(COMPILED))(
    "a layer with two outputs and %s: columns as model.fit has them",
    async (_, compiled) => {
      const history = await expectLikeFit(() => twoOfOne(compiled), { tolerance: 1e-5 });
      expect(
        Object.keys(history)
          .filter((name) => /_loss/.test(name))
          .sort(),
      ).toEqual(["0_loss_0", "0_loss_1", "2_loss"]);
    },
  );

  test("a metric named twice on one output has two columns", async () => {
    const make = (): FitCase => {
      const model = tf.sequential({
        layers: [tf.layers.dense({ units: 1, inputShape: [3], kernelInitializer: "ones" })],
      });
      model.compile({
        optimizer: tf.train.sgd(0.1),
        loss: "meanSquaredError",
        metrics: ["mae", "mae"],
      });
      return { model, x: waves(8, [3]), y: waves(8, [1]) };
    };
    const history = await expectLikeFit(make, { fit: { validationSplit: 0.5 }, tolerance: 1e-5 });
    expect(history).toHaveProperty("val_mae_1");
  });

  test("validation has the same columns, against figures from predictions, and callbacks are told them", async () => {
    const { model, x, y } = twoOfOne({ loss: "meanSquaredError" });
    const told: unknown[] = [];
    const callback = Object.assign(tf.callbacks.earlyStopping(), {
      setParams: ({ metrics }: { metrics: unknown }) => told.push(metrics),
    });
    const options = {
      verbose: 0,
      batchSize: 4,
      callbacks: callback,
      validationData: [x, y],
    } as const;
    const { history } = await new ImportanceTraining(model, { sampler: "uniform" }).fit(
      x,
      y,
      options,
    );
    const predictions = model.predict(x) as tf.Tensor[];
    const losses = predictions.map(
      (p, at) =>
        tf.mean(tf.square(tf.sub((y as tf.Tensor[])[at] as tf.Tensor, p))).dataSync()[0] as number,
    );
    const name = model.outputNames[2] as string;
    ["val_head_loss_0", "val_head_loss_1", `val_${name}_loss`].forEach((column, at) =>
      expect(Math.abs((history[column]?.[0] as number) - (losses[at] as number))).toBeLessThan(
        1e-5,
      ),
    );
    const columns = ["loss", "head_loss_0", "head_loss_1", `${name}_loss`];
    expect(told).toEqual([[...columns, ...columns.map((column) => `val_${column}`)]]);
  });
});

test("an output without a loss is a coded error that names it", async () => {
  const { model, x, y } = twoOfOne({ loss: "meanSquaredError" });
  model.compile({ optimizer: "sgd", loss: { head: "meanSquaredError" } });
  await expect(new ImportanceTraining(model).fit(x, y)).rejects.toThrow(
    expect.objectContaining({
      code: "MODEL_NOT_COMPILED",
      message: expect.stringContaining(model.outputNames[2] as string) as string,
    }) as Error,
  );
});
