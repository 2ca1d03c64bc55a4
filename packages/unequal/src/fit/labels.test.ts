import * as tf from "@tensorflow/tfjs";
import { cpu } from "@unequal/backends";
import { setUpPart } from "@unequal/core";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { classes, classifier, line, quiet, uniform } from "../../testing/fit-fixtures.js";
import { ImportanceTraining } from "../importance-training.js";

beforeAll(async () => {
  await setUpPart("backend", cpu()).start();
});

function model(units: number, loss: string): tf.Sequential {
  const activation = loss === "binaryCrossentropy" ? "sigmoid" : "softmax";
  const made = tf.sequential();
  made.add(tf.layers.dense({ units, activation, inputShape: [1], name: "out" }));
  made.compile({ optimizer: tf.train.sgd(0.1), loss });
  return made;
}

const x = [[1], [2], [3], [4]];
const sparse = "sparseCategoricalCrossentropy";
const binary = "binaryCrossentropy";

async function fit(made: tf.LayersModel, y: unknown, options: object = {}): Promise<string[]> {
  const training = new ImportanceTraining(made, uniform);
  const told: string[] = [];
  training.on("warning", ({ message }) => told.push(message));
  await training.fit(x, y as number[], { ...quiet, ...options });
  return told;
}

async function expectRefused(run: () => Promise<unknown>, code: string, message: RegExp) {
  await expect(run()).rejects.toThrow(
    expect.objectContaining({ code, message: expect.stringMatching(message) as string }) as Error,
  );
}

describe("labels that cannot be meant are refused, by example", () => {
  test.each<[string, number, unknown, RegExp]>([
    [sparse, 3, [1, 2, 3, 1], /from 0 to 2, .* but example 2 has 3\. They are counted from 1/],
    [sparse, 3, [0, 1, 7, 2], /example 2 has 7\. Correct them/],
    [sparse, 3, [[0], [1], [-1], [2]], /example 2 has -1/],
    [sparse, 3, [0, 1.5, 2, 2], /example 1 has 1\.5/],
    [sparse, 3, [0, NaN, 2, 9], /example 1 has NaN/],
    [binary, 1, [0, 1, 1, 2], /0 or 1, .* but example 3 has 2/],
    [binary, 1, [-1, 1, 1, -1], /example 0 has -1/],
    [
      binary,
      2,
      [
        [0, 1],
        [1, 255],
        [0, 0],
        [1, 1],
      ],
      /example 1 has 255/,
    ],
  ])("%s of %d units: %j", async (loss, units, y, message) => {
    await expectRefused(() => fit(model(units, loss), y), "DATASET_INVALID", message);
    const validationData = [x, y];
    const good =
      loss === sparse
        ? [0, 1, 2, 0]
        : units === 1
          ? [0, 1, 0, 1]
          : [
              [0, 1],
              [1, 0],
              [0, 0],
              [1, 1],
            ];
    await expectRefused(
      () => fit(model(units, loss), good, { validationData }),
      "DATASET_INVALID",
      message,
    );
  });

  test("of a stream, and of a pixel by its example", async () => {
    const rows = [1, 2, 3].map((label) => [[label], [label]]);
    await expectRefused(
      () => new ImportanceTraining(model(3, sparse)).fitDataset(rows, quiet),
      "DATASET_INVALID",
      /example 2 has 3/,
    );
    const pixels = tf.sequential();
    pixels.add(
      tf.layers.conv2d({ filters: 2, kernelSize: 1, inputShape: [2, 2, 1], activation: "softmax" }),
    );
    pixels.compile({ optimizer: "sgd", loss: sparse });
    const y = tf.tensor4d([0, 0, 0, 1, 1, 1, 255, 0], [2, 2, 2, 1]);
    await expectRefused(
      () => new ImportanceTraining(pixels).fit(tf.ones([2, 2, 2, 1]), y, quiet),
      "DATASET_INVALID",
      /example 1 has 255/,
    );
  });
});

describe("labels that may be meant are trained on, and told", () => {
  test.each<[string, number, unknown, RegExp[]]>([
    [binary, 1, [0.3, 1.1, 0, 1], [/should lie between 0 and 1, but example 1 has 1\.1/]],
    [
      "categoricalCrossentropy",
      2,
      tf.oneHot(tf.tensor1d([1, 2, 2, 1], "int32"), 2).arraySync(),
      [/^2 of 4 targets of "out" hold nothing but zeros, the first in example 1: .* 0 to 1\.$/],
    ],
    [
      "categoricalCrossentropy",
      2,
      [
        [0, 2],
        [-1, 0],
        [1, 0],
        [0, 1],
      ],
      [],
    ],
    [binary, 1, [0, 0.2, 1 + 1e-7, 1], []],
  ])("%s of %d units: %j", async (loss, units, y, messages) => {
    expect(await fit(model(units, loss), y)).toEqual(
      messages.map((message) => expect.stringMatching(message) as string),
    );
  });

  test("of a loss of one's own anything is", async () => {
    const made = tf.sequential();
    made.add(tf.layers.dense({ units: 1, inputShape: [1] }));
    const loss = (y: tf.Tensor, p: tf.Tensor): tf.Tensor => tf.mean(tf.square(tf.sub(y, p)), -1);
    made.compile({ optimizer: tf.train.sgd(0.01), loss });
    expect(await fit(made, [[-5], [7.5], [0], [1]])).toEqual([]);
  });
});

test("targets of embeddings are classes of any number, which may be weighed", async () => {
  const embedding = (): tf.Sequential => {
    const made = tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [1] })] });
    made.compile({ optimizer: tf.train.sgd(0.01), loss: "meanSquaredError" });
    return made;
  };
  const options = { ...quiet, batchSize: 4, classWeight: { 7: 2 } };
  for (const y of [
    [7, 7, 90, 90],
    [[7], [7], [90], [90]],
  ]) {
    const training = new ImportanceTraining(embedding(), { sampler: "semi-hard" });
    expect((await training.fit(x, y, options)).epoch).toEqual([0]);
  }
});

describe("data that cannot be meant are refused in words", () => {
  const y = [[1], [2], [3], [4]];
  const images = (): tf.Tensor[] => x.map(([value]) => tf.fill([2, 2, 1], value as number));
  const tiny = (): tf.Sequential => {
    const made = tf.sequential();
    made.add(tf.layers.flatten({ inputShape: [2, 2, 1], name: "image" }));
    made.add(tf.layers.dense({ units: 1 }));
    made.compile({ optimizer: "sgd", loss: "meanSquaredError" });
    return made;
  };
  const fitted = (given: unknown, made = line(), options: object = {}, targets: unknown = y) =>
    new ImportanceTraining(made).fit(given as never, targets as never, { ...quiet, ...options });
  const streamed = (rows: unknown, options: object = {}) =>
    new ImportanceTraining(line()).fitDataset(rows as never, { ...quiet, ...options });

  test.each<[string, RegExp, () => Promise<unknown>]>([
    [
      "DATASET_INVALID",
      /x must be data, but is a promise.* Await it/,
      () => fitted(Promise.resolve(x)),
    ],
    [
      "DATASET_INVALID",
      /y must be data, but is a promise/,
      () => fitted(x, line(), {}, Promise.resolve(y)),
    ],
    [
      "DATASET_INVALID",
      /sampleWeight must be data, but is a promise/,
      () => fitted(x, line(), { sampleWeight: Promise.resolve([1]) }),
    ],
    [
      "DATASET_INVALID",
      /The dataset must be data, but is a promise/,
      () => streamed(Promise.resolve([])),
    ],
    [
      "DATASET_INVALID",
      /validationData must be data, but is a promise/,
      () => fitted(x, line(), { validationData: Promise.resolve([x, y]) }),
    ],
    [
      "SHAPE_MISMATCH",
      /x is a list of 4 tensors .* one input, "image_input".* tf\.stack/,
      () => fitted(images(), tiny()),
    ],
    ["SHAPE_MISMATCH", /1 input \(.*\), but the dataset gives wrong/, () => fitted({ wrong: x })],
    [
      "SHAPE_MISMATCH",
      /must have examples of shape \[1\], but the dataset gives \[2\]/,
      () => fitted(x, line(), { validationData: [[[1, 2]], [[1]]] }),
    ],
    [
      "DATASET_INVALID",
      /sampleWeight .* all are 0/,
      () => fitted(x, line(), { sampleWeight: [0, 0, 0, 0] }),
    ],
    [
      "DATASET_INVALID",
      /all 2 to train on weigh 0/,
      () => fitted(x, line(), { sampleWeight: [0, 0, 1, 1], validationSplit: 0.5 }),
    ],
    [
      "DATASET_INVALID",
      /all 4 to train on weigh 0/,
      () =>
        fitted(
          x,
          model(2, sparse),
          { sampleWeight: [0, 1, 0, 1], classWeight: { 1: 0 } },
          [0, 1, 0, 1],
        ),
    ],
    [
      "OPTION_INVALID",
      /"verbose": must be 0 \| 1 \| 2, but is 3/,
      () => fitted(x, line(), { verbose: 3 }),
    ],
    [
      "OPTION_INVALID",
      /must be a plain object, but are a Map/,
      () => new ImportanceTraining(line()).fit(x, y, new Map() as never),
    ],
    [
      "OPTION_INVALID",
      /fit: .*expected object|must be a plain object/,
      () => new ImportanceTraining(line()).fit(x, y, 32 as never),
    ],
    ["OPTION_INVALID", /callbacks.*must be/, () => fitted(x, line(), { callbacks: new Map() })],
    [
      "DATASET_INVALID",
      /holds "sampleWeight", but weights are read from "sampleWeights"/,
      () => streamed([{ xs: [1], ys: [1], sampleWeight: 2 }]),
    ],
    [
      "DATASET_INVALID",
      /every element .* weights or none, but element 1 has none/,
      () =>
        streamed([
          [[1], [1], 2],
          [[1], [1]],
        ]),
    ],
    [
      "DATASET_INVALID",
      /Element 0 .* is a batch, .* have 2 and 3/,
      () =>
        streamed([
          [
            [[1], [2]],
            [[1], [2], [3]],
          ],
        ]),
    ],
    [
      "DATASET_TOO_LARGE",
      /batchesPerEpoch/,
      () => streamed(tf.data.array([{ xs: [1], ys: [1] }]).repeat()),
    ],
    [
      "UNKNOWN_NAME",
      /"step:ended" \(did you mean "step:end"/,
      async () => new ImportanceTraining(line()).on("step:ended" as never, () => 0),
    ],
  ])("%s: %s", async (code, message, run) => {
    await expectRefused(run, code, message);
  });
});

describe("models that cannot be trained are refused in words", () => {
  const made = (loss: unknown, trainable = true): tf.Sequential => {
    const dense = tf.layers.dense({ units: 1, inputShape: [1], trainable });
    const sequential = tf.sequential({ layers: [dense] });
    sequential.compile({ optimizer: "sgd", loss: loss as string });
    return sequential;
  };
  const grown = (): tf.Sequential => {
    const sequential = made("meanSquaredError");
    sequential.add(tf.layers.dense({ units: 1 }));
    return sequential;
  };
  const mse = "meanSquaredError";
  test.each<[string, RegExp, () => tf.LayersModel]>([
    ["MODEL_NOT_COMPILED", /compiled before training/, () => tf.sequential()],
    ["MODEL_NOT_COMPILED", /layers were added since/, grown],
    ["MODEL_UNSUPPORTED", /every layer of it is frozen/, () => made(mse, false)],
    [
      "LOSS_NOT_PER_EXAMPLE",
      /loss\(targets, outputs\), .* returned a string/,
      () => made(() => "a"),
    ],
    ["LOSS_NOT_PER_EXAMPLE", /returned a number/, () => made(() => 3)],
    ["LOSS_NOT_PER_EXAMPLE", /returned undefined/, () => made(() => undefined)],
    ["LOSS_NOT_PER_EXAMPLE", /returned a promise/, () => made(() => Promise.resolve(3))],
    ["LOSS_NOT_PER_EXAMPLE", /returned shape \[\]/, () => made(() => tf.scalar(1))],
    ["LOSS_CONSTANT", /loss\(targets, outputs\)/, () => made((y: tf.Tensor) => tf.mean(y, -1))],
  ])("%s: %s", async (code, message, make) => {
    const y = [[1], [2], [3], [4]];
    await expectRefused(() => fit(make(), y), code, message);
    const scored = new ImportanceTraining(make(), { gate: "always" });
    await expectRefused(() => scored.fit(x, y, quiet), code, message);
  });
});

describe("callbacks", () => {
  const told = async (callbacks: object): Promise<string[]> => {
    const training = new ImportanceTraining(classifier());
    const messages: string[] = [];
    training.on("warning", ({ message }) => messages.push(message));
    const { x: inputs, y } = classes();
    await training.fit(inputs, y, { ...quiet, callbacks });
    return messages;
  };

  test.each<[object, RegExp[]]>([
    [
      { onEpochEnded: () => 0 },
      [/"onEpochEnded", which nothing calls \(did you mean "onEpochEnd"\?\)/],
    ],
    [{ onEpochEnd: () => 0, on_batch_end: () => 0 }, [/"on_batch_end".*did you mean "onBatchEnd"/]],
    [{ epochEnd: () => 0 }, [/has none of onTrainBegin/]],
    [{ onEpochEnd: () => 0, helper: () => 0 }, []],
    [tf.callbacks.earlyStopping({ monitor: "loss" }), []],
  ])("that nothing calls are told: %o", async (callbacks, messages) => {
    expect(await told(callbacks)).toEqual(
      messages.map((message) => expect.stringMatching(message) as string),
    );
  });

  test("are told metrics that a user understands, also of batches drawn by importance", async () => {
    const got: number[] = [];
    const own: number[] = [];
    const callbacks = {
      onBatchEnd: (_: number, logs?: Record<string, number>) => void got.push(logs?.acc ?? NaN),
    };
    const training = new ImportanceTraining(classifier(), { gate: "always", presample: 60 });
    training.on("step:end", ({ metrics }) => own.push(metrics.acc ?? NaN));
    const { x: inputs, y } = classes();
    await training.fit(inputs, y, { ...quiet, epochs: 6, batchSize: 10, callbacks });
    expect(got).toHaveLength(72);
    got.forEach((value, at) => {
      const last = own.slice(Math.max(0, at - 49), at + 1);
      expect(value).toBeCloseTo(last.reduce((sum, each) => sum + each, 0) / last.length, 6);
    });
  });

  test("and the line of a short epoch shows such means too", async () => {
    const log = vi.spyOn(console, "log").mockImplementation(() => undefined);
    const training = new ImportanceTraining(classifier(), { gate: "always", presample: 120 });
    const own: number[] = [];
    training.on("step:end", ({ metrics }) => own.push(metrics.acc ?? NaN));
    const { x: inputs, y } = classes();
    await training.fit(inputs, y, { epochs: 8, batchSize: 6, stepsPerEpoch: 1 });
    const lines = log.mock.calls.map(([text]) => String(text)).filter((text) => / acc /.test(text));
    const shown = lines.map((text) => Number(/ acc ([\d.]+)/.exec(text)?.[1]));
    log.mockRestore();
    shown.forEach((value, at) => {
      const sum = own.slice(0, at + 1).reduce((total, each) => total + each, 0);
      expect(value).toBeCloseTo(sum / (at + 1), 3);
    });
    expect(shown).toHaveLength(8);
  });
});
