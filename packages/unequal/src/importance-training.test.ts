import * as tf from "@tensorflow/tfjs";
import { cpu } from "@unequal/backends";
import { setUpPart } from "@unequal/core";
import { byId } from "@unequal/datasets";
import { beforeAll, describe, expect, test } from "vitest";
import { classes, classifier, line, quiet, SIZE, uniform } from "../testing/fit-fixtures.js";
import type { FitOptions } from "./fit/fit-options.js";
import { ImportanceTraining } from "./importance-training.js";

beforeAll(async () => {
  await setUpPart("backend", cpu()).start();
});

describe("learns", () => {
  test("a line", async () => {
    const x = Array.from({ length: 64 }, (_, at) => [at / 32 - 1]);
    const model = line();
    await new ImportanceTraining(model, { gate: "always" }).fit(
      x,
      x.map(([at = 0]) => [2 * at + 1]),
      { ...quiet, batchSize: 16, epochs: 80 },
    );
    const [slope, offset] = model.getWeights().map((weight) => weight.dataSync()[0]);
    expect(slope).toBeCloseTo(2, 1);
    expect(offset).toBeCloseTo(1, 1);
  });

  test("classes, with the importance columns next to loss and metrics", async () => {
    const { x, y } = classes();
    const { epoch, history } = await new ImportanceTraining(classifier()).fit(x, y, {
      ...quiet,
      batchSize: 20,
      epochs: 25,
      validationSplit: 0.25,
    });
    expect(epoch).toHaveLength(25);
    expect(Object.keys(history).sort()).toEqual([
      "acc",
      "effective_sample_size",
      "importance_share",
      "loss",
      "rate",
      "tau",
      "val_acc",
      "val_loss",
    ]);
    for (const column of Object.values(history)) {
      expect(column).toHaveLength(25);
      expect(column.every(Number.isFinite)).toBe(true);
    }
    expect(history.val_acc?.at(-1)).toBeGreaterThan(0.8);
    expect(history.tau?.every((value) => value >= 1)).toBe(true);
  });

  test("two inputs, as a list and by name", async () => {
    const [a, b] = [tf.input({ shape: [1], name: "a" }), tf.input({ shape: [1], name: "b" })];
    const sum = tf.layers.dense({ units: 1 }).apply(tf.layers.concatenate().apply([a, b]));
    const model = tf.model({ inputs: [a, b], outputs: sum as tf.SymbolicTensor });
    model.compile({ optimizer: tf.train.sgd(0.2), loss: "meanSquaredError" });
    const [xa, xb] = [1, 3].map((step) =>
      tf.tensor2d(Array.from({ length: 32 }, (_, at) => [((at * step) % 7) / 7])),
    );
    const y = tf.sub(xa as tf.Tensor, xb as tf.Tensor);
    const training = new ImportanceTraining(model);
    const first = await training.fit([xa as tf.Tensor, xb as tf.Tensor], y, {
      ...quiet,
      batchSize: 8,
      epochs: 60,
    });
    const second = await training.fit({ a: xa as tf.Tensor, b: xb as tf.Tensor }, y, {
      ...quiet,
      batchSize: 8,
    });
    expect(second.history.loss?.[0]).toBeLessThan(0.05 * (first.history.loss?.[0] as number));
  });
});

describe("matches model.fit", () => {
  test("losses and metrics of uniform training in the data's order, to 1e-5", async () => {
    const { x, y } = classes();
    const options = { batchSize: 30, epochs: 3, shuffle: false, validationSplit: 0.5 } as const;
    const { history } = await new ImportanceTraining(classifier(), uniform).fit(x, y, {
      ...options,
      ...quiet,
    });
    const theirs = (await classifier().fit(x, y, { ...options, verbose: 0 })).history as Record<
      string,
      number[]
    >;
    expect(Object.keys(history).sort()).toEqual(Object.keys(theirs).sort());
    for (const [name, values] of Object.entries(theirs)) {
      values.forEach((value, at) =>
        expect(Math.abs((history[name]?.[at] as number) - value)).toBeLessThanOrEqual(1e-5),
      );
    }
  });

  test("a batch is at most the data, and initialEpoch counts on", async () => {
    const { epoch } = await new ImportanceTraining(line()).fit([[1], [2]], [[1], [2]], {
      ...quiet,
      initialEpoch: 2,
      epochs: 4,
    });
    expect(epoch).toEqual([2, 3]);
  });
});

describe("examples weigh", () => {
  test("nothing at weight 0: the same as training without them", async () => {
    const { x, y } = classes();
    const half = SIZE / 2;
    const weights = Float32Array.from({ length: SIZE }, (_, at) => (at % 2 === 0 ? 2 : 0));
    const rows = tf.tensor1d(
      Array.from({ length: half }, (_, at) => 2 * at),
      "int32",
    );
    const options = { ...quiet, epochs: 2, shuffle: false };
    const [all, some] = [classifier(tf.train.sgd(0.1)), classifier(tf.train.sgd(0.1))];
    await new ImportanceTraining(all, uniform).fit(x, y, {
      ...options,
      batchSize: 20,
      sampleWeight: weights,
    });
    await new ImportanceTraining(some, uniform).fit(tf.gather(x, rows), tf.gather(y, rows), {
      ...options,
      batchSize: 10,
    });
    all.getWeights().forEach((weight, at) => {
      const other = some.getWeights()[at] as tf.Tensor;
      expect(tf.max(tf.abs(tf.sub(weight, other))).dataSync()[0]).toBeLessThanOrEqual(1e-5);
    });
  });

  test("by class: as sample weights of the same size", async () => {
    const { x, y } = classes();
    const labels = tf.argMax(y, 1).dataSync();
    const options = { ...quiet, epochs: 2, batchSize: 20 };
    const [byClass, bySample] = [classifier(), classifier()];
    const one = await new ImportanceTraining(byClass).fit(x, y, {
      ...options,
      classWeight: { 0: 3, 2: 0.5 },
    });
    const sampleWeight = Float32Array.from(labels, (label) => [3, 1, 0.5][label] as number);
    const two = await new ImportanceTraining(bySample).fit(x, y, { ...options, sampleWeight });
    expect(one.history).toEqual(two.history);
  });
});

describe("callbacks", () => {
  test("are called in tfjs's order, with logs", async () => {
    const { x, y } = classes();
    const calls: string[] = [];
    const record = (name: string) => (at?: unknown, logs?: object) => {
      calls.push(
        [
          name,
          ...(typeof at === "number" ? [at] : []),
          ...(logs && "loss" in logs ? ["loss"] : []),
        ].join(" "),
      );
    };
    const names = [
      "onTrainBegin",
      "onTrainEnd",
      "onEpochBegin",
      "onEpochEnd",
      "onBatchBegin",
      "onBatchEnd",
    ];
    const callbacks = Object.fromEntries(names.map((name) => [name, record(name)]));
    await new ImportanceTraining(classifier()).fit(x, y, { ...quiet, batchSize: 60, callbacks });
    expect(calls).toEqual([
      "onTrainBegin",
      "onEpochBegin 0",
      "onBatchBegin 0",
      "onBatchEnd 0 loss",
      "onBatchBegin 1",
      "onBatchEnd 1 loss",
      "onEpochEnd 0 loss",
      "onTrainEnd",
    ]);
  });

  test("EarlyStopping ends the fit early", async () => {
    const { x, y } = classes();
    const callbacks = tf.callbacks.earlyStopping({
      monitor: "val_loss",
      patience: 1,
      minDelta: 10,
    });
    const { epoch } = await new ImportanceTraining(classifier()).fit(x, y, {
      ...quiet,
      epochs: 30,
      validationSplit: 0.2,
      callbacks,
    });
    expect(epoch.length).toBeLessThanOrEqual(3);
  });

  test("model.stopTraining ends it at the batch", async () => {
    const { x, y } = classes();
    const model = classifier();
    let batches = 0;
    const onBatchEnd = (): void => {
      batches++;
      if (batches === 3) model.stopTraining = true;
    };
    const { epoch } = await new ImportanceTraining(model).fit(x, y, {
      ...quiet,
      batchSize: 20,
      epochs: 5,
      callbacks: { onBatchEnd },
    });
    expect([batches, epoch]).toEqual([3, [0]]);
  });

  test("stepsPerEpoch sets the length of an epoch", async () => {
    const { x, y } = classes();
    let batches = 0;
    const onBatchEnd = (): void => {
      batches++;
    };
    const callbacks = { onBatchEnd };
    await new ImportanceTraining(classifier()).fit(x, y, {
      ...quiet,
      epochs: 2,
      stepsPerEpoch: 9,
      callbacks,
    });
    expect(batches).toBe(18);
  });
});

test("events of every fit reach a listener until it leaves", async () => {
  const training = new ImportanceTraining(line());
  let steps = 0;
  const leave = training.on("step:end", () => steps++);
  const options: FitOptions = { ...quiet, batchSize: 1 };
  await training.fit([[1], [2]], [[1], [2]], options);
  await training.fit([[1], [2]], [[1], [2]], options);
  leave();
  await training.fit([[1], [2]], [[1], [2]], options);
  expect(steps).toBe(4);
});

describe("fitDataset reads", () => {
  const pairs = (): tf.data.Dataset<tf.TensorContainer> =>
    tf.data.zip({
      xs: tf.data.array([[0], [1], [2], [3]]),
      ys: tf.data.array([[1], [3], [5], [7]]),
    });
  async function* generated(): AsyncGenerator {
    for (let at = 0; at < 4; at++) yield await Promise.resolve({ xs: [at], ys: [2 * at + 1] });
  }
  test.each([
    ["a tf.data.Dataset of rows", () => pairs()],
    ["a batched tf.data.Dataset", () => pairs().batch(3)],
    ["an asynchronous generator", () => generated()],
  ])("%s", async (_, source) => {
    const model = line();
    const options = { ...quiet, batchSize: 4, epochs: 120 };
    await new ImportanceTraining(model, uniform).fitDataset(source() as never, options);
    expect((model.predict(tf.tensor2d([[4]])) as tf.Tensor).dataSync()[0]).toBeCloseTo(9, 0);
  });
});

describe("fitDataset validates on", () => {
  const stream = (): unknown[] => [0, 1, 2, 3].map((at) => ({ xs: [at], ys: [2 * at + 1] }));
  test.each([
    ["a stream", () => new Set(stream()).values()],
    ["an array of rows", () => stream()],
    ["data in memory", () => [tf.tensor2d([[0], [1], [2], [3]]), [[1], [3], [5], [7]]]],
    [
      "weighted data in memory",
      () => [
        [[0], [1], [2], [3]],
        [1, 3, 5, 7],
        [1, 1, 1, 1],
      ],
    ],
  ])("%s", async (_, validationData) => {
    const training = new ImportanceTraining(line(), uniform);
    const options = { ...quiet, validationData: validationData() as never };
    const { history } = await training.fitDataset(stream(), options);
    expect(history.val_loss).toHaveLength(1);
    // one update of b = N in the data's order, and then the same examples
    const again = await training.fitDataset(stream(), quiet);
    expect(history.val_loss?.[0]).toBeCloseTo(again.history.loss?.[0] as number, 5);
  });
});

test("nothing is left on the engine, after success, an early stop and an error", async () => {
  const { x, y } = classes();
  const model = classifier();
  const training = new ImportanceTraining(model);
  await training.fit(x, y, quiet);
  const before = tf.memory().numTensors;
  await training.fit(x, y, { ...quiet, epochs: 2, validationSplit: 0.2 });
  const onBatchEnd = (): void => {
    throw new Error("from a callback");
  };
  await expect(training.fit(x, y, { ...quiet, callbacks: { onBatchEnd } })).rejects.toThrow(
    "from a callback",
  );
  const onBatchBegin = (): void => {
    model.stopTraining = true;
  };
  const stopped = await training.fit(x, y, { ...quiet, epochs: 5, callbacks: { onBatchBegin } });
  expect(stopped.epoch).toEqual([0]);
  await expect(training.fit(x, [[1]], quiet)).rejects.toThrow("equally many rows");
  await expect(training.fitDataset([{ xs: [1] }], quiet)).rejects.toThrow("no targets");
  await training.fit(x, y, quiet);
  expect(tf.memory().numTensors).toBe(before);
});

describe("signals known by example", () => {
  const values = Float32Array.from({ length: SIZE }, (_, id) => (7 * id) % SIZE);
  const fit = async (known: Float32Array): Promise<Set<number>> => {
    const { x, y } = classes();
    const training = new ImportanceTraining(classifier(), {
      sampler: { name: "prune", signal: "known", keep: 0.25 },
      signals: [byId({ signal: "known", values: known })],
    });
    const ids = new Set<number>();
    training.on("batch:selected", (event) => event.ids.forEach((id) => ids.add(id)));
    await training.fit(x, y, { ...quiet, batchSize: 20, epochs: 2 });
    return ids;
  };

  test("reach the parts that ask for them", async () => {
    const best = Array.from(values.keys()).filter((id) => (values[id] as number) >= 0.75 * SIZE);
    expect(await fit(values)).toEqual(new Set(best));
  });

  test("must be as many as there are examples", async () => {
    await expect(fit(values.slice(1))).rejects.toThrow(
      expect.objectContaining({ code: "DATASET_INVALID" }) as Error,
    );
  });
});

test("a fit has a limit for the samplers that go by a share of it", async () => {
  const { x, y } = classes();
  const training = new ImportanceTraining(classifier(), { sampler: "info-batch" });
  const { history } = await training.fit(x, y, { ...quiet, batchSize: 20, epochs: 8 });
  expect(history.loss).toHaveLength(8);
});
