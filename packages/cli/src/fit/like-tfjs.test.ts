import * as tf from "@tensorflow/tfjs";
import { cpu } from "@unequal/backends";
import { createRandom, setUpPart } from "@unequal/core";
import { beforeAll, describe, expect, test } from "vitest";
import { ImportanceTraining } from "../importance-training.js";
import type { FitOptions, YieldEvery } from "./fit-options.js";

beforeAll(async () => {
  await setUpPart("backend", cpu()).start();
});

const SIZE = 48;
const uniform = { sampler: "uniform" } as const;
const ordered = { verbose: 0, shuffle: false, batchSize: 12 } as const;

const random = createRandom(8);
const xs = Array.from({ length: SIZE }, () => Array.from({ length: 4 }, () => random.uniform()));
const ys = xs.map((row) => [0, 1, 2].map((at) => Number(at === Math.floor(3 * (row[0] ?? 0)))));

function data(): [tf.Tensor2D, tf.Tensor2D] {
  return [tf.tensor2d(xs), tf.tensor2d(ys)];
}

function seeded(units: number, name: string, activation?: "softmax"): tf.layers.Layer {
  const kernelInitializer = tf.initializers.glorotUniform({ seed: units });
  return tf.layers.dense({ units, name, kernelInitializer, ...(activation && { activation }) });
}

function classifier(): tf.LayersModel {
  const input = tf.input({ shape: [4] });
  const outputs = seeded(3, "kind", "softmax").apply(input) as tf.SymbolicTensor;
  const model = tf.model({ inputs: input, outputs });
  const optimizer = tf.train.sgd(0.2);
  model.compile({ optimizer, loss: "categoricalCrossentropy", metrics: ["accuracy"] });
  return model;
}

function twoHeaded(): tf.LayersModel {
  const input = tf.input({ shape: [4] });
  const heads = [seeded(3, "kind", "softmax"), seeded(1, "size")];
  const outputs = heads.map((head) => head.apply(input) as tf.SymbolicTensor);
  const model = tf.model({ inputs: input, outputs });
  const loss = ["categoricalCrossentropy", "meanSquaredError"];
  model.compile({ optimizer: tf.train.sgd(0.1), loss, metrics: ["accuracy"] });
  return model;
}

function expectClose(ours: Record<string, number[]>, theirs: tf.History["history"]): void {
  expect(Object.keys(ours).sort()).toEqual(Object.keys(theirs).sort());
  for (const [name, values] of Object.entries(theirs)) {
    expect(ours[name]).toHaveLength(values.length);
    values.forEach((value, at) =>
      expect(Math.abs((ours[name]?.[at] as number) - (value as number))).toBeLessThanOrEqual(1e-5),
    );
  }
}

describe("the same figures as model.fit, to 1e-5", () => {
  test("with class weights, which the validation loss leaves out", async () => {
    const classWeight = { 0: 3, 1: 1, 2: 0.5 };
    const options = { ...ordered, epochs: 3, validationSplit: 0.25, classWeight };
    const { history } = await new ImportanceTraining(classifier(), uniform).fit(...data(), options);
    expectClose(history, (await classifier().fit(...data(), options)).history);
  });

  test.each([
    ["in a list", [{ 0: 3, 1: 1, 2: 0.5 }]],
    ["by the output's name", { kind: { 0: 3, 1: 1, 2: 0.5 } }],
  ])("with class weights %s", async (_, classWeight) => {
    const options = { ...ordered, classWeight };
    const { history } = await new ImportanceTraining(classifier(), uniform).fit(...data(), options);
    expectClose(history, (await classifier().fit(...data(), options)).history);
  });

  test("with two outputs, whose losses stand beside the sum", async () => {
    const [x, y] = data();
    const targets = [y, tf.sum(x, 1, true)];
    const options = { ...ordered, epochs: 2 };
    const { history } = await new ImportanceTraining(twoHeaded(), uniform).fit(x, targets, options);
    expectClose(history, (await twoHeaded().fit(x, targets, options)).history);
    expect(history).toHaveProperty("size_loss");
  });

  test("with two outputs to validate on: against figures from predictions", async () => {
    const [x, y] = data();
    const sums = tf.sum(x, 1, true);
    const model = twoHeaded();
    const options = { ...ordered, validationSplit: 0.25 };
    const { history } = await new ImportanceTraining(model, uniform).fit(x, [y, sums], options);
    // not against model.fit: tfjs 4.22 puts running totals under the names of val columns, off by one
    const held = [x, y, sums].map((each) => tf.slice(each, 36));
    const [p, size] = model.predict(held[0] as tf.Tensor) as [tf.Tensor, tf.Tensor];
    const mean = (values: tf.Tensor): number => tf.mean(values).dataSync()[0] as number;
    const crossEntropy = -mean(tf.sum(tf.mul(held[1] as tf.Tensor, tf.log(p)), 1));
    const squares = mean(tf.square(tf.sub(held[2] as tf.Tensor, size)));
    const hits = mean(tf.equal(tf.argMax(held[1] as tf.Tensor, 1), tf.argMax(p, 1)));
    const expected = { val_kind_loss: crossEntropy, val_size_loss: squares, val_kind_acc: hits };
    for (const [name, value] of Object.entries({ ...expected, val_loss: crossEntropy + squares }))
      expect(Math.abs((history[name]?.[0] as number) - value)).toBeLessThanOrEqual(1e-5);
  });

  test("on a stream of batches, with data in memory to validate on", async () => {
    const stream = (): tf.data.Dataset<tf.TensorContainer> =>
      tf.data.zip({ xs: tf.data.array(xs), ys: tf.data.array(ys) }).batch(12);
    const validationData = data();
    const classWeight = { 0: 2, 1: 1, 2: 1 };
    const { history } = await new ImportanceTraining(classifier(), uniform).fitDataset(
      stream() as never,
      { ...ordered, epochs: 2, batchesPerEpoch: 4, validationData, classWeight },
    );
    const theirs = await classifier().fitDataset(stream(), {
      ...{ verbose: 0, epochs: 2, validationData, classWeight },
    });
    expectClose(history, theirs.history);
  });
});

async function paramsOf(
  run: (callbacks: tf.Callback) => Promise<unknown>,
): Promise<Record<string, unknown>> {
  const told: Record<string, unknown>[] = [];
  const setParams = (params: Record<string, unknown>): void => void told.push(params);
  await run(Object.assign(tf.callbacks.earlyStopping(), { setParams }));
  return told[0] as Record<string, unknown>;
}

describe("the same terms as model.fit", () => {
  test.each([0.3, 0.1, 0.25, 1 / 3, 0.9])(
    "a split of %f leaves as many examples",
    async (split) => {
      const options = { ...ordered, validationSplit: split };
      const [ours, theirs] = [
        await paramsOf((callbacks) =>
          new ImportanceTraining(classifier(), uniform).fit(...data(), { ...options, callbacks }),
        ),
        await paramsOf((callbacks) =>
          classifier().fit(...data(), { ...options, callbacks: [callbacks] }),
        ),
      ];
      expect(ours.samples).toBe(theirs.samples);
      expect(ours.metrics).toEqual(theirs.metrics);
      expect(Object.keys(ours).sort()).toEqual(Object.keys(theirs).sort());
    },
  );

  test("the history says what the callbacks were told", async () => {
    const { params } = await new ImportanceTraining(classifier()).fit(...data(), ordered);
    expect(params).toMatchObject({ epochs: 1, samples: SIZE, steps: 4, doValidation: false });
  });

  test.each([{ validationSplit: 0 }, { validationSplit: null, validationData: null }])(
    "%j asks for no validation",
    async (nothing) => {
      const options = { ...ordered, ...nothing } as FitOptions;
      const { history } = await new ImportanceTraining(classifier()).fit(...data(), options);
      expect(Object.keys(history).filter((name) => name.startsWith("val_"))).toEqual([]);
    },
  );

  test("an epoch has at least one batch, also where a callback stopped before it", async () => {
    const run = async (fit: (model: tf.LayersModel, options: object) => Promise<unknown>) => {
      const model = classifier();
      const onEpochBegin = (epoch: number): Promise<void> => {
        if (epoch === 1) model.stopTraining = true;
        return Promise.resolve();
      };
      return (await fit(model, { ...ordered, epochs: 3, callbacks: { onEpochBegin } })) as Pick<
        tf.History,
        "epoch" | "history"
      >;
    };
    const ours = await run((model, options) =>
      new ImportanceTraining(model, uniform).fit(...data(), options),
    );
    const theirs = await run((model, options) => model.fit(...data(), options));
    expect(ours.epoch).toEqual(theirs.epoch);
    expectClose(ours.history as Record<string, number[]>, theirs.history);
  });

  test("callbacks at the beginning and the end get logs that they may read", async () => {
    const got: unknown[] = [];
    const keep = (logs?: object): void => void got.push(logs);
    const callbacks = { onTrainBegin: keep, onTrainEnd: keep };
    await new ImportanceTraining(classifier()).fit(...data(), { ...ordered, callbacks });
    expect(got).toEqual([{}, {}]);
  });
});

describe("yieldEvery", () => {
  async function yields(yieldEvery: YieldEvery): Promise<string[]> {
    const got: string[] = [];
    const onYield = (epoch: number, batch: number): void => void got.push(`${epoch}.${batch}`);
    const options = { ...ordered, epochs: 2, yieldEvery, callbacks: { onYield } };
    await new ImportanceTraining(classifier(), uniform).fit(...data(), options);
    return got;
  }

  test("batch and epoch yield after each", async () => {
    expect(await yields("batch")).toEqual("0.0 0.1 0.2 0.3 1.0 1.1 1.2 1.3".split(" "));
    expect(await yields("epoch")).toEqual(["0.3", "1.3"]);
  });

  test("a number waits for so many milliseconds", async () => {
    expect(await yields(1e6)).toEqual([]);
    expect(await yields(1e-6)).toHaveLength(8);
  });

  test("lets timers of the program run", async () => {
    let ticks = 0;
    const timer = setInterval(() => ticks++, 0);
    await new ImportanceTraining(classifier(), uniform).fit(...data(), {
      ...{ ...ordered, epochs: 10, yieldEvery: "batch" },
    });
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(0);
  });

  test("never contradicts onYield", async () => {
    await expect(yields("never")).rejects.toThrow(
      expect.objectContaining({ code: "OPTION_INVALID" }) as Error,
    );
  });
});
